import { extname } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import { writeNpz } from '../npz/write.ts';
import type { Weights } from '../parameters.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { inRowMajor, rowMajorStrides } from '../stored/elements.ts';
import { axesOf, storedAs, timm, type Naming } from './naming.ts';

/**
 * What writes weights to a file, in float32, for the programs that read files of its ending: `.npz` under the
 * published names, `.safetensors` under timm's. The file appears completely or not at all, and the same weights
 * give the same bytes.
 *
 * @throws InputError on another ending. Writing throws NotFiniteError if a number is not finite, OutsideError if
 * the disk is full.
 */
export function weightsWriter(file: string): (weights: Weights) => Promise<void> {
  switch (extname(file)) {
    case '.npz':
      return (weights) => writeNpz(file, weights);
    case '.safetensors':
      return (weights) => writeSafetensors(file, inNaming(timm, weights));
    default:
      throw new InputError(
        `Expected the name of a file that ends in .npz or .safetensors, found ${file}`,
        'Name the file to be written accordingly.',
      );
  }
}

/** The same weights as a library stores them. Kernels are reordered when they are read, to save memory. */
function inNaming(naming: Naming, weights: Weights): Weights {
  return new Map(
    [...weights].map(([parameter, { shape: published, data }]) => {
      const { name, shape } = storedAs(naming, { name: parameter, shape: published });
      const axes = axesOf(naming, { shape });
      const steps = rowMajorStrides(published);
      const strides = axes.map((_, axis) => steps[axes.indexOf(axis)]!);
      return [
        name,
        {
          shape,
          get data() {
            return inRowMajor(data, shape, strides);
          },
        },
      ];
    }),
  );
}

import type { Tensor4D } from '@bit-repro/engine';
import { digestFile } from '@bit-repro/artifacts';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  architectureNamed,
  describeWeights,
  headBias,
  headKernel,
  isStandardised,
  logits,
  parameterShapes,
  readWeights,
  standardiseKernel,
  writeNpz,
  weightsWriter,
  type Weights,
} from '../src/index.ts';
import { sizeOf } from '../src/parameters.ts';
import { tf } from './engine.ts';
import { newFolder } from './npzFiles.ts';
import { hashedImages, hashedUniform } from './reference/hashed.ts';
import { relativeDifference, weightsDigest } from './reference/summary.ts';
import { bitsOf, fixture, networkFile } from './weightsFiles.ts';

const { network } = fixture;
const { classes, seed, period, images } = network;
const architecture = architectureNamed(network.architecture);

/** The weights of the fixture by its formula, which repeats numbers in PyTorch's layout. */
function generatedWeights(): Weights {
  return new Map(
    parameterShapes(architecture, classes).map(({ name, shape }) => {
      const numbers = hashedUniform(name, period, seed);
      const fanIn = sizeOf(shape.slice(0, 3));
      const scale = name.endsWith('/kernel') ? Math.fround(Math.sqrt(6 / fanIn)) : 1 / 4;
      const base = name.endsWith('/gamma') ? 1 : 0;
      const data = new Float32Array(sizeOf(shape)).map((_, index) => {
        const [, , inputs = 1, outputs = 1] = shape;
        const [output, input, pixel] = [
          index % outputs,
          Math.floor(index / outputs) % inputs,
          Math.floor(index / outputs / inputs),
        ];
        const pixels = sizeOf(shape) / inputs / outputs;
        const inPytorch = shape.length === 4 ? (output * inputs + input) * pixels + pixel : index;
        return base + numbers[inPytorch % period]! * scale;
      });
      return [name, { shape, data }];
    }),
  );
}

function logitsOf(weights: Weights): Float32Array {
  return tf.tidy(() => {
    const parameters = new Map(
      [...weights].map(([name, { shape, data }]) => {
        const tensor = tf.tensor(data, [...shape]);
        return [name, isStandardised(name) ? standardiseKernel(tf, tensor) : tensor];
      }),
    );
    const { name, count, size } = images;
    const pixels: Tensor4D = tf.tensor4d(hashedImages(name, count, size, seed), [count, size, size, 3]);
    return logits(tf, architecture, parameters, pixels).dataSync() as Float32Array;
  });
}

const generated = generatedWeights();
const generatedLogits = logitsOf(generated);

it('the generated weights are those of timm, and give the logits of timm and of the authors’ code', () => {
  expect(weightsDigest(generated)).toBe(network.sha256);
  expect(relativeDifference(generatedLogits, network.logits)).toBeLessThan(1e-4);
});

describe.each([
  ['an npz file', 'npz', 'the published files', undefined],
  ['a safetensors file of timm’s', 'safetensors', 'timm', 'timm.safetensors'],
  ['a state dict of timm’s', 'PyTorch', 'timm', 'timm.pth'],
  ['a state dict of the authors’ PyTorch code', 'PyTorch', 'bit_pytorch', 'bit_pytorch.pth'],
  ['a checkpoint of the authors’ PyTorch code', 'PyTorch', 'bit_pytorch', 'bit.pth.tar'],
])('%s', (_, format, library, name) => {
  let file: string;
  let weights: Weights;
  beforeAll(async () => {
    file = name === undefined ? join(newFolder(), 'weights') : networkFile(name);
    if (name === undefined) await writeNpz(file, generated);
    ({ weights } = await readWeights(file, architecture, { head: 'stored' }));
  });

  it('is recognised by its content', async () => {
    const { tensors, ...description } = await describeWeights(file);
    expect(description).toEqual({ format, library, network: { architecture: 'mini', classes } });
    expect(tensors).toHaveLength(generated.size);
  });

  it('gives the same tensors to the bit, in the order of the network', () => {
    expect([...weights.keys()]).toEqual([...generated.keys()]);
    expect(weightsDigest(weights)).toBe(network.sha256);
  });

  it('gives the same logits to the bit', () => {
    expect(bitsOf(logitsOf(weights))).toEqual(bitsOf(generatedLogits));
  });

  it('gives the same tensors without the head, to fine-tune', async () => {
    const { weights: body } = await readWeights(file, architecture, { head: 'none' });
    expect([...body.keys()]).toEqual(
      [...generated.keys()].filter((key) => key !== headKernel && key !== headBias),
    );
    const cut = new Map([...generated].filter(([key]) => body.has(key)));
    expect(weightsDigest(body)).toBe(weightsDigest(cut));
  });

  it('is refused as another architecture, which is named', async () => {
    const read = readWeights(file, architectureNamed('R50x1'), { head: 'none' });
    await expect(read).rejects.toMatchObject({
      message: `Expected weights of R50x1 in ${file}, found those of mini without a head`,
    });
  });

  it('becomes timm’s safetensors file, to the byte', async () => {
    const copy = join(newFolder(), 'copy.safetensors');
    await weightsWriter(copy)(weights);
    expect(await digestFile(copy, 'sha256')).toBe(network.safetensorsSha256);
  });
});

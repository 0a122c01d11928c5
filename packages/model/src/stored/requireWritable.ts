import { ExplainedError } from '@bit-repro/artifacts';
import { sizeOf, type Weights } from '../parameters.ts';
import { requireFinite } from './elements.ts';
import type { ElementType } from './elementType.ts';
import { TensorProblem } from './tensorProblem.ts';

/** Weights that are not finite, or too large for the type of the file, because their training diverged. */
export class NotFiniteError extends ExplainedError {}

/** Checks weights before a file is written. @throws NotFiniteError naming the first tensor that is not finite. */
export function requireWritable(file: string, weights: Weights, type: ElementType = 'float32'): void {
  for (const [name, { shape, data }] of weights) {
    if (data.length !== sizeOf(shape))
      throw new RangeError(`Expected ${sizeOf(shape)} elements in tensor ${name}, found ${data.length}`);
    try {
      requireFinite(data, shape, type);
    } catch (cause) {
      if (!(cause instanceof TensorProblem)) throw cause;
      throw new NotFiniteError(
        `Expected ${cause.expected} in tensor ${name} for ${file}, found ${cause.found}`,
        cause.remedy,
        { cause },
      );
    }
  }
}

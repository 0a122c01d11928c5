import type { Tensor, Tensor4D, TensorFlow } from '@bit-repro/engine';
import { readFixture } from './fixtures.ts';
import { relativeDifference } from './summary.ts';

interface StoredTensor {
  shape: number[];
  values: number[];
}

/** PyTorch's result of an operation, and the gradients for a given gradient of the result. */
export interface OperationCase {
  name: string;
  inputs: Readonly<Record<string, StoredTensor>>;
  output: StoredTensor;
  outputGradient: StoredTensor;
  gradients: Readonly<Record<string, StoredTensor>>;
  stride?: 1 | 2;
}

/** The operations of BiT's network. */
export interface Operations {
  groupNormRelu: typeof import('../../src/groupNorm.ts').groupNormRelu;
  standardiseKernel: typeof import('../../src/weightStandardisation.ts').standardiseKernel;
  zeroPaddedMaxPool: typeof import('../../src/spatial.ts').zeroPaddedMaxPool;
  convolve: typeof import('../../src/spatial.ts').convolve;
}

export type Operation = keyof Operations;

export const operationCases = readFixture(
  new URL('../fixtures/operations.json', import.meta.url),
) as Readonly<Record<Operation, readonly OperationCase[]>>;

/** Relative to norms; float32 represents 300 + x to 1.5e-5. */
export const operationTolerance = ({ name }: OperationCase): number =>
  name === 'a mean far above the deviation' ? 1e-4 : 1e-6;

/**
 * How far the operation's result and gradients are from PyTorch's, relative to their norms; infinite for NaN.
 */
export function operationDifference(
  tf: TensorFlow,
  operations: Operations,
  operation: Operation,
  given: OperationCase,
): number {
  const apply = ([first, second, third]: Tensor[]): Tensor => {
    switch (operation) {
      case 'groupNormRelu':
        return operations.groupNormRelu(tf, first as Tensor4D, second!, third!);
      case 'standardiseKernel':
        return operations.standardiseKernel(tf, first!);
      case 'zeroPaddedMaxPool':
        return operations.zeroPaddedMaxPool(tf, first as Tensor4D);
      case 'convolve':
        return operations.convolve(tf, first as Tensor4D, second as Tensor4D, given.stride!);
    }
  };
  return tf.tidy(() => {
    const tensorOf = ({ values, shape }: StoredTensor): Tensor => tf.tensor(values, shape);
    const inputs = Object.values(given.inputs).map(tensorOf);
    const { value, grads } = tf.valueAndGrads((...tensors: Tensor[]) => apply(tensors))(
      inputs,
      tensorOf(given.outputGradient),
    );
    const made = [value, ...grads];
    const expected = [given.output, ...Object.values(given.gradients)];
    const differences = made.map((tensor, index) => {
      const { shape, values } = expected[index]!;
      if (String(tensor.shape) !== String(shape)) return Infinity;
      const difference = relativeDifference(tensor.dataSync() as Float32Array, values);
      return Number.isNaN(difference) ? Infinity : difference;
    });
    return Math.max(...differences);
  });
}

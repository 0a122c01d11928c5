import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fusedOps, loadKernels, type Tensor, type Tensor4D } from '@bit-repro/engine';
import { installationForTests } from '@bit-repro/engine/testing';
import { groupNormRelu } from '../src/groupNorm.ts';
import { standardiseKernel } from '../src/weightStandardisation.ts';
import { convolve, zeroPaddedMaxPool } from '../src/spatial.ts';
import { groupNormReluAgain, loadGpuOnProcessor, type GpuOnProcessor } from './processor/gpuOnProcessor.ts';
import { groupNormDifference, standardiseDifference } from './reference/bfloat16.ts';
import { operationCases, operationDifference, operationTolerance } from './reference/operations.ts';
import { relativeDifference } from './reference/summary.ts';

// The emulation of a GPU needs Linux.
const isLinux = process.platform === 'linux';
const { tf, kernels } = isLinux
  ? await installationForTests(loadGpuOnProcessor)
  : ({} as Partial<GpuOnProcessor> as GpuOnProcessor);

/** A folder with only these of the kernels' files. */
function partOf(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  for (const name of names) symlinkSync(join(kernels, name), join(folder, name));
  return folder;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

// In this order, because a process loads kernels once.
describe.runIf(isLinux)('kernels for GPUs that cannot be loaded', () => {
  it('are requested before an op that needs them', () => {
    expect(() => standardiseKernel(tf, tf.ones([1, 1, 4, 4]))).toThrow(
      'Expected BitLoadKernels to run before',
    );
  });

  it('are refused with the driver and the GPU if these reject them', () => {
    const folder = partOf('stream.so');
    writeFileSync(join(folder, 'kernels.cubin'), 'no code');
    expect(loadKernels(tf, [folder])).toBe(
      `CUDA's driver refuses the kernels in ${folder}/kernels.cubin: CUDA_ERROR_INVALID_IMAGE, by a driver for CUDA 11.8, on a GPU of compute capability 6.1`,
    );
  });

  it('name the missing file', () => {
    const folder = partOf('stream.so');
    expect(loadKernels(tf, [folder])).toBe(`The kernels in ${folder}/kernels.cubin could not be read`);
  });

  it('name the missing library for the stream', () => {
    const folder = partOf('kernels.cubin');
    expect(loadKernels(tf, [folder])).toMatch(
      `The library that knows TensorFlow's stream could not be loaded: ${folder}/stream.so: cannot open`,
    );
  });
});

describe.runIf(isLinux)('kernels for GPUs, compiled for the processor', () => {
  let isLoaded = false;
  beforeEach(() => {
    if (!isLoaded) expect(loadKernels(tf, [kernels])).toBeUndefined();
    isLoaded = true;
  });

  const operations = { groupNormRelu, standardiseKernel, zeroPaddedMaxPool, convolve };
  describe.each(['groupNormRelu', 'standardiseKernel'] as const)('%s', (operation) => {
    it.each(operationCases[operation])('give the values and gradients of PyTorch: $name', (given) => {
      expect(operationDifference(tf, operations, operation, given)).toBeLessThan(operationTolerance(given));
    });
  });

  const waves = (shape: number[], pace = 1.3): Tensor =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(pace * i) + i / 1e4),
      shape,
    );

  type Shape = [number, number, number, number];
  type Norm = (x: Tensor, gamma: Tensor, beta: Tensor) => Tensor;
  const backward = (norm: Norm, shape: Shape): Float32Array[] =>
    tf.tidy(() => {
      const parameters = [tf.linspace(0.5, 1.5, shape[3]), tf.linspace(-1, 1, shape[3])];
      const { value, grads } = tf.valueAndGrads(norm)([waves(shape), ...parameters], waves(shape, 0.7));
      return [value, ...grads].map((tensor) => tensor.dataSync() as Float32Array);
    });
  const normed = (shape: Shape): Float32Array[] =>
    backward((x, gamma, beta) => groupNormRelu(tf, x as Tensor4D, gamma, beta), shape);
  const standardised = (shape: Shape): Float32Array[] =>
    tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((w: Tensor) => standardiseKernel(tf, w))(
        waves(shape),
        waves(shape, 0.7),
      );
      return [value, grad].map((tensor) => tensor.dataSync() as Float32Array);
    });

  /** Group norm by its definition, differentiated by tfjs. */
  const plainNorm =
    (groups: number, [images, height, width, channels]: Shape): Norm =>
    (x, gamma, beta) => {
      const grouped = tf.reshape(x, [images, height * width, groups, channels / groups]);
      const { mean, variance } = tf.moments(grouped, [1, 3], true);
      const z = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, 1e-5)));
      return tf.relu(tf.add(tf.mul(tf.reshape(z, x.shape), gamma), beta));
    };
  /** The kernels for any number of groups. */
  const kernelNorm = (groups: number): Norm => {
    const ops = fusedOps(tf)!;
    const options = { groups, epsilon: 1e-5 };
    return (x, gamma, beta) =>
      tf.customGrad((...given) => {
        const save = given.pop() as (tensors: Tensor[]) => void;
        const inputs = given as [Tensor, Tensor, Tensor];
        const [value, mean, inverse] = ops.groupNormRelu(...inputs, options);
        save([...inputs, mean, inverse]);
        const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] =>
          ops.groupNormReluGradient(dy, saved as [Tensor, Tensor, Tensor, Tensor, Tensor], options);
        return { value, gradFunc };
      })(x, gamma, beta);
  };
  it.each([
    ['one pixel', 16, [2, 1, 1, 64]],
    ['a narrower last slab', 5, [2, 3, 3, 20]],
    ['channels that are not a multiple of 4', 3, [2, 5, 7, 9]],
    ['enough rows for several parts', 32, [2, 17, 17, 544]],
    ['groups wider than a tile', 32, [1, 3, 3, 1536]],
    ['more images than lines', 4, [19, 2, 2, 40]],
  ] as [string, number, Shape][])('compute group norm of %s as defined', (_, groups, shape) => {
    const expected = backward(plainNorm(groups, shape), shape);
    for (const [i, made] of backward(kernelNorm(groups), shape).entries())
      expect(relativeDifference(made, [...expected[i]!])).toBeLessThan(2e-6);
  });

  const cases: [string, () => Float32Array[]][] = [
    ['a group norm in one pass', () => normed([2, 8, 8, 96])],
    ['a group norm in parts', () => normed([1, 17, 17, 544])],
    ['a group norm of groups wider than a tile', () => normed([1, 3, 3, 1536])],
    ['a weight standardisation', () => standardised([3, 3, 40, 48])],
    ['a weight standardisation of channels that are no multiple of 4', () => standardised([3, 3, 40, 10])],
  ];
  it.each(cases)('%s gives the same bits for any order of threads and blocks', (_, compute) => {
    const inOrder = compute();
    for (const order of ['', 'reverse', 'shuffled']) {
      vi.stubEnv('BIT_REPRO_ORDER', order);
      expect(compute()).toEqual(inOrder);
    }
  });

  it.each([[[3, 8, 8, 96]], [[2, 17, 17, 544]]] as [Shape][])(
    'give an image of %j the same bits for any batch',
    (shape) => {
      const [, height, width, channels] = shape;
      const [whole] = normed(shape);
      const [first] = normed([1, height, width, channels]);
      expect(first).toEqual(whole!.subarray(0, first!.length));
    },
  );

  it.each([[[2, 8, 8, 96]], [[1, 17, 17, 544]]] as [Shape][])(
    'recompute the group norm of %j to the same bits from its statistics',
    (shape) => {
      tf.tidy(() => {
        const options = { groups: 32, epsilon: 1e-5 };
        const inputs = [waves(shape), tf.linspace(0.5, 1.5, shape[3]), tf.linspace(-1, 1, shape[3])] as const;
        const [y, mean, inverse] = fusedOps(tf)!.groupNormRelu(...inputs, options);
        const again = groupNormReluAgain(tf, [...inputs, mean, inverse], options);
        expect(again.dataSync()).toEqual(y.dataSync());
      });
    },
  );

  it.each([[[2, 8, 8, 96]], [[1, 17, 17, 544]], [[2, 5, 7, 96]]] as [Shape][])(
    'compute group norm of %j in bfloat16 as in float32, rounded once',
    (shape) => {
      const { rounded, float32 } = groupNormDifference(tf, shape);
      expect(rounded).toBeLessThan(2e-4);
      expect(float32).toBeLessThan(2e-6);
    },
  );

  it.each([[[3, 3, 40, 48]], [[3, 3, 40, 10]]] as [Shape][])(
    'standardise %j in bfloat16 as in float32, rounded once',
    (shape) => {
      const { rounded, float32 } = standardiseDifference(tf, shape);
      expect(rounded).toBeLessThan(2e-4);
      expect(float32).toBeLessThan(2 ** -8);
    },
  );

  it('propagate NaN', () => {
    tf.tidy(() => {
      const x = tf.tensor4d(
        Float32Array.from({ length: 64 }, (_, i) => (i === 3 ? NaN : i)),
        [1, 1, 2, 32],
      );
      expect(groupNormRelu(tf, x, tf.ones([32]), tf.zeros([32])).dataSync()[3]).toBeNaN();
    });
  });
});

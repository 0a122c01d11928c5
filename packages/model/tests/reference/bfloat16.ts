import { compile, entry, type Rank, type Tensor, type Tensor4D, type TensorFlow } from '@bit-repro/engine';
import { groupNormRelu } from '../../src/groupNorm.ts';
import { standardiseKernel } from '../../src/weightStandardisation.ts';
import { relativeDifference } from './summary.ts';

type Shape4D = readonly [number, number, number, number];

const waves = (length: number, pace: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(pace * i) + i / 1e4);

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Rounds values to 7 fraction bits, without tensors. */
export const roundedToBfloat16 = (values: Float32Array): Float32Array =>
  values.map((value) => {
    if (value === 0) return 0;
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 7);
    const below = Math.floor(value / unit);
    const rest = value / unit - below;
    return (rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below) * unit;
  });

/** The results of a function of tensors in a graph with bfloat16 activations. */
function inGraph(
  tf: TensorFlow,
  inputs: ReadonlyMap<string, { shape: readonly number[]; values: Float32Array }>,
  build: (read: (name: string) => Tensor) => Record<string, Tensor>,
): Record<string, Float32Array> {
  const program = compile(tf, {
    variables: new Map([...inputs].map(([name, { shape }]) => [name, shape])),
    entries: { all: entry({ inputs: {}, build: (_, read) => ({ outputs: build(read) }) }) },
    activations: 'bfloat16',
  });
  program.write(new Map([...inputs].map(([name, { values }]) => [name, values])));
  try {
    return program.run('all', {});
  } finally {
    program.dispose();
  }
}

/** How far bfloat16 results are from those in float32, relative to their norms. */
export interface Difference {
  /** For values in bfloat16, from float32 rounded to it. */
  rounded: number;
  /** For values that stay float32. */
  float32: number;
}

/** For group norm and its gradients, from equally rounded inputs. */
export function groupNormDifference(tf: TensorFlow, shape: Shape4D): Difference {
  const channels = shape[3];
  const x = roundedToBfloat16(waves(sizeOf(shape), 1.3));
  const dy = roundedToBfloat16(waves(sizeOf(shape), 0.7));
  const gamma = waves(channels, 0.4).map((value) => 1 + value / 2);
  const beta = waves(channels, 0.9);
  /** An input becomes bfloat16 if a convolution made it; this one is the identity. */
  const asActivation = (input: Tensor): Tensor4D =>
    tf.conv2d(
      input as Tensor4D,
      tf.reshape<Rank.R4>(tf.eye(channels), [1, 1, channels, channels]),
      1,
      'same',
    );
  const made = inGraph(
    tf,
    new Map([
      ['x', { shape, values: x }],
      ['gamma', { shape: [channels], values: gamma }],
      ['beta', { shape: [channels], values: beta }],
      ['dy', { shape, values: dy }],
    ]),
    (read) => {
      const { value, grads } = tf.valueAndGrads((x0: Tensor, gamma0: Tensor, beta0: Tensor) =>
        groupNormRelu(tf, asActivation(x0), gamma0, beta0),
      )([read('x'), read('gamma'), read('beta')], read('dy') as Tensor4D);
      const [dx, dgamma, dbeta] = grads as [Tensor, Tensor, Tensor];
      return { y: value, dx, dgamma, dbeta };
    },
  );
  const expected = tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads((...[x0, gamma0, beta0]: Tensor[]) =>
      groupNormRelu(tf, x0 as Tensor4D, gamma0!, beta0!),
    )([tf.tensor(x, [...shape]), tf.tensor(gamma), tf.tensor(beta)], tf.tensor(dy, [...shape]));
    const [y, dx, dgamma, dbeta] = [value, ...grads].map((tensor) => tensor.dataSync() as Float32Array);
    return { y: y!, dx: dx!, dgamma: dgamma!, dbeta: dbeta! };
  });
  return {
    rounded: largest(made, { y: roundedToBfloat16(expected.y), dx: roundedToBfloat16(expected.dx) }),
    float32: largest(made, { dgamma: expected.dgamma, dbeta: expected.dbeta }),
  };
}

/** For weight standardisation and its gradient, which is computed from the rounded value. */
export function standardiseDifference(tf: TensorFlow, shape: Shape4D): Difference {
  const w = waves(sizeOf(shape), 1.3);
  const dy = roundedToBfloat16(waves(sizeOf(shape), 0.7));
  const made = inGraph(
    tf,
    new Map([
      ['w', { shape, values: w }],
      ['dy', { shape, values: dy }],
    ]),
    (read) => {
      const { value, grad } = tf.valueAndGrad((kernel: Tensor) => standardiseKernel(tf, kernel))(
        read('w'),
        read('dy'),
      );
      return { y: value, dw: grad };
    },
  );
  const expected = tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((kernel: Tensor) => standardiseKernel(tf, kernel))(
      tf.tensor(w, [...shape]),
      tf.tensor(dy, [...shape]),
    );
    return { y: value.dataSync() as Float32Array, dw: grad.dataSync() as Float32Array };
  });
  return {
    rounded: largest(made, { y: roundedToBfloat16(expected.y) }),
    float32: largest(made, { dw: expected.dw }),
  };
}

function largest(
  made: Readonly<Record<string, Float32Array>>,
  expected: Readonly<Record<string, Float32Array>>,
): number {
  return Math.max(
    ...Object.entries(expected).map(([name, values]) => relativeDifference(made[name]!, [...values])),
  );
}

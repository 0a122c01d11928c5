import type { Tensor, Tensor4D } from '@bit-repro/engine';
import { architectureNamed, isStandardised, type Weights } from '../../src/index.ts';
import { tf } from '../engine.ts';
import { readFixture } from './fixtures.ts';
import { hashedImages, hashedWeights, type Relus } from './hashed.ts';
import { differenceFromSummary, relativeDifference, type TensorSummary } from './summary.ts';

/** The results of timm's network for weights and images computed by formula. */
export interface NetworkCase {
  architecture: string;
  relus: Relus;
  classes: number;
  images: { name: string; count: number; size: number };
  labels: number[];
  weightsSha256: string;
  logits: number[];
  loss: number;
  gradients?: TensorSummary[];
}

/** The functions that make up a network. */
export type Network = Pick<typeof import('../../src/index.ts'), 'logits' | 'standardiseKernel'>;

const fixture = readFixture(new URL('../fixtures/networks.json', import.meta.url)) as {
  seed: number;
  networks: NetworkCase[];
};
const { seed } = fixture;
export const networkCases: readonly NetworkCase[] = fixture.networks;

/**
 * Relative to norms. If a value before a relu is within rounding of zero, rounding decides whether its
 * gradient passes: with relus around zero, PyTorch's own float32 gradients differ by up to 0.017 from those
 * in float64 (R50x1), so only decided relus allow a tight tolerance.
 */
export const tolerance = { logits: 1e-4, gradients: { decided: 1e-4, mixed: 0.1 } } as const;

export const weightsOf = ({ architecture, classes, relus }: NetworkCase): Weights =>
  hashedWeights(architectureNamed(architecture), classes, seed, relus);

/** How far the logits are from timm's, relative to their norm. */
export function logitsDifference(network: Network, given: NetworkCase, weights: Weights): number {
  return tf.tidy(() => {
    const { logits } = forward(network, given, tensorsOf(weights));
    return relativeDifference(logits.dataSync() as Float32Array, given.logits);
  });
}

/**
 * The loss, and how far the gradient of each parameter is from timm's, relative to its norm or, if larger, a
 * hundredth of the median norm: a later norm removes any constant that a beta adds, so that such a gradient
 * nearly cancels.
 */
export function backwardPass(
  network: Network,
  given: NetworkCase,
  weights: Weights,
): { loss: number; differences: Record<string, number> } {
  return tf.tidy(() => {
    const names = [...weights.keys()];
    const { value, grads } = tf.valueAndGrads((...tensors: Tensor[]) => {
      const named = new Map(names.map((name, index) => [name, tensors[index]!]));
      return forward(network, given, named).loss;
    })([...tensorsOf(weights).values()]);
    const gradients = new Map(names.map((name, index) => [name, grads[index]!]));
    const norms = given.gradients!.map(({ norm }) => norm).sort((a, b) => a - b);
    const least = norms[norms.length >> 1]! / 100;
    const differences = given.gradients!.map((summary) => {
      const gradient = gradients.get(summary.name)!.dataSync() as Float32Array;
      const difference = differenceFromSummary(gradient, summary, seed);
      return [summary.name, difference / Math.max(summary.norm, least)] as const;
    });
    return { loss: value.dataSync()[0]!, differences: Object.fromEntries(differences) };
  });
}

function forward(
  { logits, standardiseKernel }: Network,
  { architecture, classes, images: { name, count, size }, labels }: NetworkCase,
  parameters: ReadonlyMap<string, Tensor>,
): { logits: Tensor; loss: Tensor } {
  const standardised = new Map(
    [...parameters].map(([key, tensor]) => [
      key,
      isStandardised(key) ? standardiseKernel(tf, tensor) : tensor,
    ]),
  );
  const images: Tensor4D = tf.tensor4d(hashedImages(name, count, size, seed), [count, size, size, 3]);
  const scores = logits(tf, architectureNamed(architecture), standardised, images);
  const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), classes);
  return {
    logits: scores,
    loss: tf.mul(tf.sum(tf.mul(targets, tf.logSoftmax(scores))), -1 / count),
  };
}

const tensorsOf = (weights: Weights): Map<string, Tensor> =>
  new Map([...weights].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));

import type { Tensor, TensorFlow } from '@bit-repro/engine';

const firstDecay = 0.9;
const secondDecay = 0.999;
const epsilon = 1e-8;

/** The scalars of a step of AdamW. */
export interface AdamRates {
  learningRate: Tensor;
  /** 1 / (1 - 0.9^t) at the t-th step, from 1. */
  firstCorrection: Tensor;
  /** 1 / (1 - 0.999^t). */
  secondCorrection: Tensor;
}

/** A parameter with its moments, all of the same shape. */
export interface AdamState {
  value: Tensor;
  first: Tensor;
  second: Tensor;
}

/** The scalars of the t-th step, from 1. */
export const adamRates = (learningRate: number, t: number): Record<keyof AdamRates, Float32Array> => ({
  learningRate: Float32Array.of(learningRate),
  firstCorrection: Float32Array.of(1 / (1 - firstDecay ** t)),
  secondCorrection: Float32Array.of(1 / (1 - secondDecay ** t)),
});

/**
 * One step of AdamW (Loshchilov and Hutter, 2019, algorithm 2, in PyTorch's form: the decay is scaled by the learning rate)
 * with betas 0.9 and 0.999 and epsilon 1e-8.
 */
export function adamW(
  tf: TensorFlow,
  { value, first, second }: AdamState,
  gradient: Tensor,
  { learningRate, firstCorrection, secondCorrection }: AdamRates,
  weightDecay: number,
): AdamState {
  const m = tf.add(tf.mul(first, firstDecay), tf.mul(gradient, 1 - firstDecay));
  const v = tf.add(tf.mul(second, secondDecay), tf.mul(tf.square(gradient), 1 - secondDecay));
  const deviation = tf.add(tf.sqrt(tf.mul(v, secondCorrection)), epsilon);
  const move = tf.div(tf.mul(m, tf.mul(firstCorrection, learningRate)), deviation);
  const kept = weightDecay === 0 ? value : tf.mul(value, tf.sub(1, tf.mul(learningRate, weightDecay)));
  return { value: tf.sub(kept, move), first: m, second: v };
}

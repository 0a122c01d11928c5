import type { Tensor, TensorFlow } from '@bit-repro/engine';
import { normEpsilon, normGroups, standardisationEpsilon } from '../../src/architecture.ts';
import type { Operations } from './operations.ts';

/** Possible mistakes in a normalisation. */
export type Mistake =
  | 'eps outside the root'
  | 'unbiased variance'
  | 'variance as E[x^2] - E[x]^2'
  | 'interleaved groups'
  | 'gamma and beta swapped';

/** (x - mean) / sqrt(variance + eps) over `axes`, with gradients by tfjs. */
function normalise(tf: TensorFlow, x: Tensor, axes: number[], epsilon: number, mistake?: Mistake): Tensor {
  const mean = tf.mean(x, axes, true);
  const size = x.size / mean.size;
  const average =
    mistake === 'variance as E[x^2] - E[x]^2'
      ? tf.sub(tf.mean(tf.square(x), axes, true), tf.square(mean))
      : tf.mean(tf.square(tf.sub(x, mean)), axes, true);
  const variance = mistake === 'unbiased variance' ? tf.mul(average, size / (size - 1)) : average;
  const deviation =
    mistake === 'eps outside the root'
      ? tf.add(tf.sqrt(variance), epsilon)
      : tf.sqrt(tf.add(variance, epsilon));
  return tf.div(tf.sub(x, mean), deviation);
}

/** Plain weight standardisation, optionally with a mistake. */
export const plainStandardisation =
  (mistake?: Mistake): Operations['standardiseKernel'] =>
  (tf, kernel) =>
    normalise(tf, kernel, [0, 1, 2], standardisationEpsilon, mistake);

/** Plain group norm and relu, optionally with a mistake. */
export const plainGroupNorm =
  (mistake?: Mistake): Operations['groupNormRelu'] =>
  (tf, x, gamma, beta) => {
    const [count, height, width, channels] = x.shape;
    const perGroup = channels / normGroups;
    const interleaved = mistake === 'interleaved groups';
    const groups = interleaved ? [perGroup, normGroups] : [normGroups, perGroup];
    const grouped = tf.reshape(x, [count, height * width, ...groups]);
    const normal = normalise(tf, grouped, interleaved ? [1, 2] : [1, 3], normEpsilon, mistake);
    const [scale, shift] = mistake === 'gamma and beta swapped' ? [beta, gamma] : [gamma, beta];
    return tf.relu(tf.add(tf.mul(tf.reshape(normal, x.shape), scale), shift));
  };

export const samePadding: Operations['convolve'] = (tf, x, kernel, stride) =>
  tf.conv2d(x, kernel, stride, 'same');

export const poolPaddedByMinusInfinity: Operations['zeroPaddedMaxPool'] = (tf, x) => {
  const none: [number, number] = [0, 0];
  const one: [number, number] = [1, 1];
  return tf.maxPool(tf.pad(x, [none, one, one, none], -1e30), 3, 2, 'valid');
};

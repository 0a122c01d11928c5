import type { Tensor, TensorFlow } from '@bit-repro/engine';

/**
 * Mixes each pair of a list: lambda times the first plus 1 - lambda times the second. [2 N, ...] -> [N, ...]
 */
export function mixPairs(tf: TensorFlow, list: Tensor, lambda: Tensor): Tensor {
  const [, ...shape] = list.shape;
  const pairs = tf.reshape(list, [-1, 2, shape.reduce((product, size) => product * size, 1)]);
  const shares = tf.reshape(tf.stack([lambda, tf.sub(1, lambda)]), [1, 2, 1]);
  return tf.reshape(tf.sum(tf.mul(pairs, shares), 1), [-1, ...shape]);
}

import type { Tensor, TensorFlow } from '@bit-repro/engine';

/** A parameter and its momentum buffer, of one shape; the buffer is zeros at the start. */
export type Moving = Record<'parameter' | 'velocity', Tensor>;

/**
 * One step of SGD with momentum in PyTorch's form: v = momentum v + gradient; p = p - learningRate v. The rate is outside
 * the buffer, so that when it falls, the next step is smaller at once.
 */
export function momentumStep(
  tf: TensorFlow,
  { parameter, velocity }: Moving,
  gradient: Tensor,
  { learningRate, momentum }: { learningRate: number; momentum: number },
): Moving {
  const moved = tf.add(tf.mul(velocity, momentum), gradient);
  return { parameter: tf.sub(parameter, tf.mul(moved, learningRate)), velocity: moved };
}

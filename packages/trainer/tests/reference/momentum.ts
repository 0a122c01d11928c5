import type { Tensor, TensorFlow } from '@bit-repro/engine';

/** A parameter and its momentum buffer, of the same shape. The buffer is zero at the start. */
export type Moving = Record<'parameter' | 'velocity', Tensor>;

/**
 * One step of SGD with momentum in PyTorch's form: v = momentum v + gradient; p = p - learningRate v. The
 * rate is not part of the buffer, so that a lower rate takes effect at the next step.
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

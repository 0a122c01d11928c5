import { OutsideError } from '@bit-repro/artifacts';
import type { TensorFlow } from './tensorflow.ts';

/** Lowest compute capability of GPUs with TF32 (Ampere). */
export const leastTensorFloat32Capability = 8;

const side = 1024;

/**
 * Whether TensorFlow rounds the factors of float32 products to TF32's 10 bits. Measured by a product: 1.0001
 * rounds to 1, so the sum of 1,024 products is 1,024 instead of 1,024.1.
 */
export function usesTensorFloat32(tf: TensorFlow): boolean {
  const sum = tf.tidy(() => tf.matMul(tf.fill([side, side], 1.0001), tf.ones([side, side])));
  try {
    return sum.dataSync()[0]! < side * 1.00005;
  } finally {
    sum.dispose();
  }
}

/**
 * Checks by a measurement, because environment, libraries and drivers all have an influence.
 *
 * @throws OutsideError when TensorFlow rounds factors and should not, or the other way round.
 */
export function requireProducts(tf: TensorFlow, { tensorFloat32 }: { tensorFloat32: boolean }): void {
  if (usesTensorFloat32(tf) === tensorFloat32) return;
  throw new OutsideError(
    tensorFloat32
      ? 'Expected TensorFlow to multiply in TF32, found float32'
      : 'Expected TensorFlow to multiply in float32, but it rounds the factors',
    tensorFloat32
      ? 'Make sure that nothing sets NVIDIA_TF32_OVERRIDE in the process and that the GPU has TF32; or write `precision: float32`.'
      : 'Make sure that nothing sets TF_SET_ONEDNN_FPMATH_MODE in the process, and nothing but the harness NVIDIA_TF32_OVERRIDE.',
  );
}

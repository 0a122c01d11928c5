import { OutsideError } from '@bit-repro/artifacts';
import type { TensorFlow } from './tensorflow.ts';

/** Compute capability from which on GPUs have TF32: Ampere's. */
export const leastTensorFloat32Capability = 8;

const side = 1024;

/**
 * Whether TensorFlow rounds the factors of float32 products to TF32's 10 bits. Found by a product: of a factor of 1.0001 they
 * leave 1, so that 1,024 of them add up to 1,024 in place of 1,024.1.
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
 * Environments, libraries and drivers have a say in it, so it is looked at rather than believed.
 *
 * @throws OutsideError where TensorFlow rounds factors and should not, or the other way round.
 */
export function requireProducts(tf: TensorFlow, { tensorFloat32 }: { tensorFloat32: boolean }): void {
  if (usesTensorFloat32(tf) === tensorFloat32) return;
  throw new OutsideError(
    tensorFloat32
      ? 'Expected TensorFlow to multiply in TF32, found float32'
      : 'Expected TensorFlow to multiply in float32, found that it rounds factors',
    tensorFloat32
      ? 'See that nothing sets NVIDIA_TF32_OVERRIDE in the process, and that the GPU has TF32; or write `precision: float32`.'
      : 'See that nothing but the harness sets NVIDIA_TF32_OVERRIDE in the process, and nothing TF_SET_ONEDNN_FPMATH_MODE.',
  );
}

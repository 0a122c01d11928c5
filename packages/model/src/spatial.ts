import type { Tensor4D, TensorFlow } from '@bit-repro/engine';

/**
 * A convolution padded by (k - 1) / 2 zeros on each side, where k is the size of the kernel: x [N, H, W, I],
 * kernel [k, k, I, O] -> [N, H / stride, W / stride, O], rounded up.
 */
export function convolve(tf: TensorFlow, x: Tensor4D, kernel: Tensor4D, stride: 1 | 2): Tensor4D {
  if (stride === 1) return tf.conv2d(x, kernel, 1, 'same');
  // At stride 2, TensorFlow's 'same' would pad by (0, 1), but PyTorch, and so BiT, pads by (1, 1).
  return tf.conv2d(padSpatially(tf, x, (kernel.shape[0] - 1) / 2), kernel, stride, 'valid');
}

/**
 * Maxima over 3 x 3 pixels at stride 2, padded with zeros rather than minus infinity, which differs after a
 * convolution without activation. [N, H, W, C] -> [N, H / 2, W / 2, C], rounded up.
 */
export const zeroPaddedMaxPool = (tf: TensorFlow, x: Tensor4D): Tensor4D =>
  tf.maxPool(padSpatially(tf, x, 1), 3, 2, 'valid');

function padSpatially(tf: TensorFlow, x: Tensor4D, size: number): Tensor4D {
  if (size === 0) return x;
  return tf.pad(x, [
    [0, 0],
    [size, size],
    [size, size],
    [0, 0],
  ]);
}

import { InputError } from '@bit-repro/artifacts';
import {
  gatherRows,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  type TensorFlow,
} from '@bit-repro/engine';

/** The crop of each image, and whether it is mirrored: int32 tensors [N]. */
export interface CropFlipTensors {
  /** First row, in pixels of the resized image. */
  top: Tensor1D;
  /** First column. */
  left: Tensor1D;
  /** 1 to mirror left to right, otherwise 0. */
  flip: Tensor1D;
}

/**
 * Prepares images with whole grey levels (0 to 255) for the network: resizes, crops, mirrors and scales them
 * to [-1, 1] as (x / 255 - 0.5) / 0.5. [N, height, width, 3] -> [N, crop, crop, 3]. Images that are not square
 * are resized to a square, too, as bit_pytorch/train.py does, without regard to their aspect.
 *
 * The resize is that of Pillow: bilinear with half-pixel centres, columns first, rounded to whole grey levels
 * after each direction. Each direction is a product with a matrix, of which only the rows inside the crop are
 * used (in reverse order for a mirrored image), so that a batch takes two products, whatever its crops. The
 * matrix contains whole numbers over a common denominator, which keeps every sum exact, even if a GPU
 * multiplies in TensorFloat-32.
 *
 * From 32 to 64, 96, 128, 160 or 512 pixels, every pixel equals that of Pillow. Deviation: at other sizes a
 * value can be exactly between two grey levels, where Pillow's inexact fixed-point weights sometimes round it
 * down; here it is rounded up, so that a pixel can be one level higher per direction.
 *
 * @throws InputError if images would shrink (for which Pillow averages over more pixels, which is not
 * implemented) or the crop is larger than the resized image.
 */
export function preprocess(
  tf: TensorFlow,
  images: Tensor4D,
  { top, left, flip }: CropFlipTensors,
  { resize, crop }: { resize: number; crop: number },
): Tensor4D {
  const [, height, width] = images.shape;
  checkSizes(Math.max(height, width), { resize, crop });
  const matrixFrom = (side: number): Tensor2D =>
    tf.tensor2d(bilinearNumerators(side, resize), [resize, side]);
  const fromWidth = matrixFrom(width);
  const fromHeight = height === width ? fromWidth : matrixFrom(height);
  const denominator = 2 * resize;
  const offsets = tf.range(0, crop, 1, 'int32').expandDims(0); // [1, crop]
  const toMirrored = tf.range(crop - 1, -crop, -2, 'int32').expandDims(0);
  const rows = tf.add(top.expandDims(1), offsets);
  const columns = tf.add(tf.add(left.expandDims(1), offsets), tf.mul(flip.expandDims(1), toMirrored));
  const levels = (sums: Tensor): Tensor => tf.floor(tf.div(tf.add(sums, resize), denominator));

  const byColumn = tf.reshape(tf.transpose(tf.cast(images, 'float32'), [0, 2, 1, 3]), [
    -1,
    width,
    height * 3,
  ]);
  const widened = levels(tf.matMul(gatherRows(tf, fromWidth, columns), byColumn)); // [N, crop x, height y * 3]
  const byRow = tf.reshape(tf.transpose(tf.reshape(widened, [-1, crop, height, 3]), [0, 2, 1, 3]), [
    -1,
    height,
    crop * 3,
  ]);
  const resized = levels(tf.matMul(gatherRows(tf, fromHeight, rows), byRow)); // [N, crop y, crop x * 3]
  const grey = tf.reshape(resized, [-1, crop, crop, 3]);
  return tf.div(tf.sub(tf.div(grey, 255), 0.5), 0.5);
}

/** The bilinear weights [resize, side], row-major, times 2 * resize. */
function bilinearNumerators(side: number, resize: number): Float32Array {
  const denominator = 2 * resize;
  const matrix = new Float32Array(resize * side);
  for (let target = 0; target < resize; target += 1) {
    const centre = (2 * target + 1) * side - resize; // in source pixels from the centre of pixel 0, times denominator
    const before = Math.floor(centre / denominator);
    const share = centre - before * denominator;
    const clamp = (pixel: number): number => Math.min(Math.max(pixel, 0), side - 1);
    matrix[target * side + clamp(before)]! += denominator - share;
    matrix[target * side + clamp(before + 1)]! += share;
  }
  return matrix;
}

/**
 * Checks that images whose longer side is `side` pixels can be resized and cropped as requested.
 *
 * @throws InputError as {@link preprocess}.
 */
export function checkSizes(side: number, { resize, crop }: { resize: number; crop: number }): void {
  if (!Number.isInteger(resize) || resize < side) {
    throw new InputError(
      `resize must be at least ${side}, the size of the images, but it is ${resize}`,
      'Enlarge images, or leave them at their size.',
    );
  }
  if (!Number.isInteger(crop) || crop < 1 || crop > resize) {
    throw new InputError(
      `crop must be from 1 to ${resize} pixels, but it is ${crop}`,
      'Make `crop` at most `resize`.',
    );
  }
}

import { bytesOf, channels, type Image, type ImageSize } from './image.ts';
import { resizeKernels } from './resizeKernels.ts';
import { resizeWeights } from './resizeWeights.ts';

/**
 * Resizes an image as Pillow's `resize` with BILINEAR does, to the bit: where it shrinks, it averages over all pixels. Rows are
 * resized first, and rounded to bytes before columns are.
 *
 * Deviation: since 13.0, Pillow resizes columns first if the height shrinks by more than twice as many pixels as the width; here
 * rows come first always, as in the versions of BiT's time. Of such images, 7 to 15 % of the values differed, by one level.
 *
 * @param into where the pixels are written; new memory by default.
 */
export function resizeBilinear(
  { pixels, width, height }: Image,
  { width: toWidth, height: toHeight }: ImageSize,
  into: Uint8Array = new Uint8Array(bytesOf({ width: toWidth, height: toHeight })),
): Image {
  const across = resizeWeights(width, toWidth, channels);
  const down = resizeWeights(height, toHeight, 1);
  const stride = width * channels;
  const toStride = toWidth * channels;
  // Only the rows that one new row is made of are held, resized to the new width.
  const acrossAt = 0;
  const downAt = placeAfter(acrossAt, across.table.byteLength);
  const rowAt = placeAfter(downAt, down.table.byteLength);
  const rowsAt = placeAfter(rowAt, stride);
  const sumsAt = placeAfter(rowsAt, down.taps * toStride);
  const { memory, resizeRow, sumRows } = resizeKernels(placeAfter(sumsAt, toStride));
  const held = new Uint8Array(memory.buffer);
  new Int32Array(memory.buffer, acrossAt).set(across.table);
  new Int32Array(memory.buffer, downAt).set(down.table);

  let top = 0;
  let end = 0;
  for (let y = 0; y < toHeight; y += 1) {
    const entry = y * (1 + down.taps);
    const begun = rowsAt + (down.table[entry]! - top) * toStride;
    held.copyWithin(rowsAt, begun, rowsAt + (end - top) * toStride);
    top = down.table[entry]!;
    for (; end < top + down.taps; end += 1) {
      held.set(pixels.subarray(end * stride, (end + 1) * stride), rowAt);
      resizeRow(rowAt, rowsAt + (end - top) * toStride, acrossAt, toWidth, across.taps);
    }
    sumRows(rowsAt, sumsAt, downAt + (entry + 1) * 4, toStride, down.taps);
    into.set(held.subarray(sumsAt, sumsAt + toStride), y * toStride);
  }
  return { pixels: into, width: toWidth, height: toHeight };
}

/** Where the next part of memory begins: far enough for the kernels, which exceed their parts, and aligned. */
const placeAfter = (place: number, bytes: number): number => Math.ceil((place + bytes) / 16) * 16 + 16;

import type { ImageSize } from '@bit-repro/images';
import { HeldImages } from './imageSource.ts';

/** Pixels per side of an image of CIFAR-10 and CIFAR-100. */
export const imageSide = 32;
export const imageSize: ImageSize = { height: imageSide, width: imageSide };
/** Bytes of an image: 32 x 32 pixels with three channels. */
export const imageBytes = imageSide * imageSide * 3;

const planeBytes = imageSide * imageSide;
/** A record of the binary versions: labels, then the red, green and blue planes, row by row. */
export const recordBytes = (labelBytes: number): number => labelBytes + imageBytes;

export const emptyImages = (count: number): HeldImages =>
  new HeldImages(new Uint8Array(count * imageBytes), new Uint8Array(count), imageSize);

/**
 * Decodes the records of a file (planar) into images (interleaved), starting at image `first`. Of several labels the
 * last counts, which is the finest.
 */
export function decodeRecords(
  file: Uint8Array,
  { pixels, labels }: HeldImages,
  first: number,
  labelBytes = 1,
): void {
  for (let start = 0, index = first; start < file.length; start += recordBytes(labelBytes), index += 1) {
    labels[index] = file[start + labelBytes - 1]!;
    const target = index * imageBytes;
    for (let pixel = 0; pixel < planeBytes; pixel += 1) {
      const source = start + labelBytes + pixel;
      pixels[target + 3 * pixel] = file[source]!;
      pixels[target + 3 * pixel + 1] = file[source + planeBytes]!;
      pixels[target + 3 * pixel + 2] = file[source + 2 * planeBytes]!;
    }
  }
}

/**
 * Encodes a file with one label per image, the inverse of decoding, from pixels of `channels` bytes that start with red, green and
 * blue.
 */
export function encodeRecords(
  pixels: ArrayLike<number>,
  channels: number,
  labels: ArrayLike<number>,
): Uint8Array {
  const file = new Uint8Array(labels.length * recordBytes(1));
  for (let image = 0; image < labels.length; image += 1) {
    const start = image * recordBytes(1);
    file[start] = labels[image]!;
    for (let pixel = 0; pixel < planeBytes; pixel += 1) {
      const source = channels * (image * planeBytes + pixel);
      file[start + 1 + pixel] = pixels[source]!;
      file[start + 1 + planeBytes + pixel] = pixels[source + 1]!;
      file[start + 1 + 2 * planeBytes + pixel] = pixels[source + 2]!;
    }
  }
  return file;
}

/** An image: [32, 32, 3], RGB; a view, not a copy. */
export function imageAt(held: HeldImages, index: number): Uint8Array {
  if (!Number.isInteger(index) || index < 0 || index >= held.count) {
    throw new RangeError(`Expected an image from 0 to ${held.count - 1}, found ${index}`);
  }
  return held.pixels.subarray(index * imageBytes, (index + 1) * imageBytes);
}

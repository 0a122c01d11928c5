import type { Dataset, DatasetFiles } from './dataset.ts';
import { HeldImages, type DatasetImages, type ImageSize } from './imageSource.ts';

/** Pixels per side of a CIFAR-10 image. */
export const imageSide = 32;
const imageSize: ImageSize = { height: imageSide, width: imageSide };
/** Bytes of an image: 32 x 32 pixels with three channels. */
export const imageBytes = imageSide * imageSide * 3;

const planeBytes = imageSide * imageSide;
/** A record of the binary version: a label, then the red, green and blue planes, row by row. */
const recordBytes = 1 + imageBytes;
/** Images in each of the six files. */
export const recordsPerFile = 10_000;
export const fileBytes = recordsPerFile * recordBytes;

export const cifar10Classes = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/**
 * The six files of the binary version with their SHA-1. They are those of the archive on the data set's own
 * page, whose md5 is in `officialArchive`.
 */
export const cifar10Files = {
  'data_batch_1.bin': 'aadd24acce27caa71bf4b10992e9e7b2d74c2540',
  'data_batch_2.bin': 'c0ba65cce70568cd57b4e03e9ac8d2a5367c1795',
  'data_batch_3.bin': '1dd00a74ab1d17a6e7d73e185b69dbf31242f295',
  'data_batch_4.bin': 'aab85764eb3584312d3c7f65fd2fd016e36a258e',
  'data_batch_5.bin': '26e2849e66a845b7f1e4614ae70f4889ae604628',
  'test_batch.bin': '67eb016db431130d61cd03c7ad570b013799c88c',
} as const;

export type Cifar10File = keyof typeof cifar10Files;
export const cifar10FileNames = Object.keys(cifar10Files) as Cifar10File[];

export const cifar10: Dataset = {
  title: 'CIFAR-10',
  classes: cifar10Classes,
  trainingImages: recordsPerFile * (cifar10FileNames.length - 1),
  smallestClass: 5000,
  testImages: recordsPerFile,
  imageSize,
  sha1: cifar10Files,
  decode,
};

function decode(files: DatasetFiles): DatasetImages<HeldImages> {
  const train = emptyImages(cifar10.trainingImages);
  const test = emptyImages(cifar10.testImages);
  for (const [index, name] of cifar10FileNames.entries()) {
    if (name === 'test_batch.bin') decodeRecords(files[name]!, test, 0);
    else decodeRecords(files[name]!, train, index * recordsPerFile);
  }
  return { train, test };
}

export const emptyImages = (count: number): HeldImages =>
  new HeldImages(new Uint8Array(count * imageBytes), new Uint8Array(count), imageSize);

/** Decodes the records of a file (planar) into images (interleaved), starting at image `first`. */
export function decodeRecords(file: Uint8Array, { pixels, labels }: HeldImages, first: number): void {
  for (let start = 0, index = first; start < file.length; start += recordBytes, index += 1) {
    labels[index] = file[start]!;
    const target = index * imageBytes;
    for (let pixel = 0; pixel < planeBytes; pixel += 1) {
      const source = start + 1 + pixel;
      pixels[target + 3 * pixel] = file[source]!;
      pixels[target + 3 * pixel + 1] = file[source + planeBytes]!;
      pixels[target + 3 * pixel + 2] = file[source + 2 * planeBytes]!;
    }
  }
}

/**
 * Encodes a file, the inverse of decoding, from pixels of `channels` bytes that start with red, green and
 * blue.
 */
export function encodeRecords(
  pixels: ArrayLike<number>,
  channels: number,
  labels: ArrayLike<number>,
): Uint8Array {
  const file = new Uint8Array(labels.length * recordBytes);
  for (let image = 0; image < labels.length; image += 1) {
    const start = image * recordBytes;
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

import { decodeRecords, emptyImages, imageSize, recordBytes } from './cifarFormat.ts';
import type { Dataset, DatasetFiles } from './dataset.ts';
import type { DatasetImages, HeldImages } from './imageSource.ts';

/** Images in each of the six files. */
export const recordsPerFile = 10_000;
export const fileBytes = recordsPerFile * recordBytes(1);

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

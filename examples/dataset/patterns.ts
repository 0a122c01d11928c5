import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, explainUnreadable, InputError } from '@bit-repro/artifacts';
import { imageBytes, imageSide } from './cifarFormat.ts';
import type { Dataset, DatasetFiles, DatasetSource } from './dataset.ts';
import { HeldImages } from './imageSource.ts';

const file = 'patterns.bin';
const sha1 = { [file]: 'a4cba4b8699ec798cb5f9dbd2b8947c76e14b913' };
const classes = ['rows', 'columns', 'diagonals', 'checks', 'rings', 'plain'] as const;
const trainImages = 20 * classes.length;
const testImages = 10 * classes.length;
/** The label, then [32, 32, 3], row-major, RGB. */
const recordBytes = 1 + imageBytes;

export const patterns: Dataset = {
  title: 'Patterns',
  classes,
  trainingImages: trainImages,
  smallestClass: trainImages / classes.length,
  testImages,
  imageSize: { height: imageSide, width: imageSide },
  sha1,
  decode: ({ [file]: bytes }) => ({
    train: imagesIn(bytes!, 0, trainImages),
    test: imagesIn(bytes!, trainImages, testImages),
  }),
};

/** A real data set is downloaded here, into its folder in the cache; see cifar10.ts. This one is drawn. */
export const patternsSource: DatasetSource = {
  variable: 'BIT_REPRO_PATTERNS',
  cacheFolder: () => join(cacheRoot(), 'patterns'),
  read: async ({ folder }) => verified(folder === undefined ? draw() : await fileIn(folder)),
  origins: () => Promise.resolve([]),
};

function imagesIn(bytes: Uint8Array, first: number, count: number): HeldImages {
  const pixels = new Uint8Array(count * imageBytes);
  const labels = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    const record = bytes.subarray((first + index) * recordBytes, (first + index + 1) * recordBytes);
    labels[index] = record[0]!;
    pixels.set(record.subarray(1), index * imageBytes);
  }
  return new HeldImages(pixels, labels, patterns.imageSize);
}

const fileIn = (folder: string): Promise<Uint8Array> =>
  readFile(join(folder, file)).catch((cause: unknown) => {
    throw explainUnreadable(cause, join(folder, file));
  });

function verified(bytes: Uint8Array): DatasetFiles {
  const found = createHash('sha1').update(bytes).digest('hex');
  if (found === sha1[file]) return { [file]: bytes };
  throw new InputError(
    `Expected ${file} with SHA-1 ${sha1[file]!}, found ${found}`,
    'Unset BIT_REPRO_PATTERNS, or name a folder that has the file.',
  );
}

function draw(): Uint8Array {
  const bytes = new Uint8Array((trainImages + testImages) * recordBytes);
  for (let image = 0; image < trainImages + testImages; image += 1) {
    const label = image % classes.length;
    const width = 2 + (image % 5);
    bytes[image * recordBytes] = label;
    for (let pixel = 0; pixel < imageSide ** 2; pixel += 1) {
      const level = isBright(label, pixel % imageSide, Math.floor(pixel / imageSide), width) ? 200 : 50;
      bytes.set([level, level, (37 * image) % 256], image * recordBytes + 1 + 3 * pixel);
    }
  }
  return bytes;
}

function isBright(label: number, x: number, y: number, width: number): boolean {
  const stripes = (at: number): boolean => Math.floor(at / width) % 2 === 0;
  const ring = Math.max(Math.abs(x - imageSide / 2), Math.abs(y - imageSide / 2));
  return [stripes(y), stripes(x), stripes(x + y), stripes(x) !== stripes(y), stripes(ring), true][label]!;
}

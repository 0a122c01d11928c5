import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { counted, explainUnreadable, localPath, portablePath, type OnProgress } from '@bit-repro/artifacts';
import { sizeOfImage } from '@bit-repro/images';
import { z } from 'zod';
import type { ImageSize } from '../imageSource.ts';
import { digestImages, type IdentifiedImage } from './digestImages.ts';
import type { ListedImage } from './listFolder.ts';
import { surveyFolder } from './surveyFolder.ts';

const count = z.int().min(1);

/** How images are held out where a folder has none to test on. */
export const holdOutSchema = z.strictObject({
  share: z.number().gt(0).lt(1),
  seed: z.int32().min(0),
});

/** A folder of images as a data set: where it is, and what is known of it before its images are read. */
export const folderSchema = z.strictObject({
  /** In the format of `portablePath`. */
  folder: z.string().min(1),
  holdOut: holdOutSchema.exactOptional(),
  title: z.string(),
  classes: z.array(z.string()).min(2),
  trainingImages: count,
  smallestClass: count,
  testImages: count,
  imageSize: z.strictObject({ height: count, width: count }),
});
export type FolderDataset = Readonly<z.infer<typeof folderSchema>>;

/** The images of a folder, with the SHA-256 of each. */
export interface FolderImages {
  train: IdentifiedImage[];
  test: IdentifiedImage[];
  /** SHA-256 over the classes and the SHA-256 of all images, in their order. */
  manifest: string;
  /** Test images whose file is also one of a training image. */
  inBoth: number;
}

/** Training images whose size is looked at. */
const mostLookedAt = 25;

/**
 * What is known of a folder of images without reading them all.
 *
 * @throws InputError, OutsideError as {@link surveyFolder}, and if an image has no size.
 */
export async function describeFolder(
  folder: string,
  holdOut?: FolderDataset['holdOut'],
): Promise<FolderDataset> {
  const { title, classes, train, test } = await surveyFolder(folder, holdOut);
  const perClass = new Array<number>(classes.length).fill(0);
  for (const { label } of train) perClass[label]! += 1;
  return {
    folder: portablePath(folder),
    ...(holdOut !== undefined && { holdOut }),
    title,
    classes,
    trainingImages: train.length,
    smallestClass: perClass.reduce((least, own) => Math.min(least, own)),
    testImages: test.length,
    imageSize: await typicalSize(train),
  };
}

/** The size whose area is the median of some images, which are spread evenly over all. */
async function typicalSize(images: readonly ListedImage[]): Promise<ImageSize> {
  const looked = Math.min(mostLookedAt, images.length);
  const sizes: ImageSize[] = [];
  for (let index = 0; index < looked; index += 1) {
    const { file, name } = images[Math.floor((index * images.length) / looked)]!;
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw explainUnreadable(cause, file);
    });
    sizes.push(await sizeOfImage(bytes, name));
  }
  sizes.sort((one, other) => one.height * one.width - other.height * other.width);
  return sizes[Math.floor((looked - 1) / 2)]!;
}

/**
 * Lists the images of a folder and identifies each by the SHA-256 of its file. Says how many images are in both training
 * and test set.
 *
 * @throws InputError, OutsideError as {@link surveyFolder}; the reason of `signal`.
 */
export async function identifyFolder(
  { folder, holdOut }: Pick<FolderDataset, 'folder' | 'holdOut'>,
  {
    onMessage,
    ...options
  }: { onProgress?: OnProgress; onMessage?: (line: string) => void; signal?: AbortSignal | undefined } = {},
): Promise<FolderImages> {
  const path = localPath(folder);
  const listed = await surveyFolder(path, holdOut);
  const images = await digestImages(path, [...listed.train, ...listed.test], options);
  const train = images.slice(0, listed.train.length);
  const test = images.slice(listed.train.length);
  const trained = new Set(train.map(({ sha256 }) => sha256));
  const twice = test.filter(({ sha256 }) => trained.has(sha256));
  if (twice.length > 0) {
    onMessage?.(
      `Warning: ${counted(twice.length, 'test image')} of ${path} ${twice.length === 1 ? 'is' : 'are'} a training image, too: first ${twice[0]!.name}`,
    );
  }
  return { train, test, manifest: manifestOf(listed.classes, train, test), inBoth: twice.length };
}

function manifestOf(
  classes: readonly string[],
  train: readonly IdentifiedImage[],
  test: readonly IdentifiedImage[],
): string {
  const lines = (images: readonly IdentifiedImage[]): [number, string][] =>
    images.map(({ label, sha256 }) => [label, sha256]);
  return createHash('sha256')
    .update(JSON.stringify({ classes, train: lines(train), test: lines(test) }))
    .digest('hex');
}

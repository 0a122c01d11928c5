import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { counted, InputError, localPath, portablePath, smallest } from '@bit-repro/artifacts';
import { sizeOfImage, type ImageSize } from '@bit-repro/images';
import { z } from 'zod';
import { surveyFolder } from '../folder/surveyFolder.ts';
import { surveyIlsvrc } from '../ilsvrc/surveyIlsvrc.ts';
import { ilsvrcTitle } from '../ilsvrc/whole.ts';
import type { ListedImage, Survey } from '../survey.ts';
import { digestImages, type DigestOptions, type IdentifiedImage } from './digestImages.ts';

const count = z.int().min(1);

/** How images are held out where a folder has none to test on. */
export const holdOutSchema = z.strictObject({
  share: z.number().gt(0).lt(1),
  seed: z.int32().min(0),
});

/** Data sets of image files that have a layout of their own, by their name in configs. */
export const layoutNames = ['ilsvrc2012'] as const;
export type LayoutName = (typeof layoutNames)[number];

export const isLayout = (name: string): name is LayoutName => layoutNames.some((one) => one === name);

/** By layout: its name in prose, and the environment variable that names the folder. */
const layouts: Readonly<Record<LayoutName, { title: string; variable: string }>> = {
  ilsvrc2012: { title: ilsvrcTitle, variable: 'BIT_REPRO_ILSVRC2012' },
};

/** A layout, and the folder that its variable names; without one if that is unset or empty. */
export function layoutNamed(layout: LayoutName): { title: string; variable: string; folder?: string } {
  const folder = process.env[layouts[layout].variable] ?? '';
  return { ...layouts[layout], ...(folder !== '' && { folder: resolve(folder) }) };
}

/**
 * The folder of a data set with a layout of its own.
 *
 * @throws InputError if its variable is not set.
 */
export function folderOf(layout: LayoutName): string {
  const { folder, variable } = layoutNamed(layout);
  if (folder !== undefined) return folder;
  throw new InputError(
    `The variable ${variable} is not set`,
    `Set it to the folder with the files of ${layout}, which are not downloaded here (docs/configuration.md).`,
  );
}

/** How records name the folder of a layout: each machine has its own. */
const asVariable = (layout: LayoutName): string => `$${layouts[layout].variable}`;

/** The folder of a place, as written in a record, on this machine. @throws InputError if its variable is not set. */
export function pathOf({ folder, layout }: Pick<ImagePlace, 'folder' | 'layout'>): string {
  const isVariable = layout !== undefined && folder === asVariable(layout);
  return isVariable ? folderOf(layout) : localPath(folder);
}

/** Where images are. */
const placeShape = {
  /** In the format of `portablePath`; in records of a layout, `$` and its variable. */
  folder: z.string().min(1),
  /** Without one, a folder for each class. */
  layout: z.enum(layoutNames).exactOptional(),
  holdOut: holdOutSchema.exactOptional(),
};
export type ImagePlace = Readonly<z.infer<z.ZodObject<typeof placeShape>>>;

/** A data set of image files: where they are, and what is known of them before they are read. */
export const surveyedSchema = z.strictObject({
  ...placeShape,
  title: z.string(),
  classes: z.array(z.string()).min(2),
  trainingImages: count,
  smallestClass: count,
  testImages: count,
  imageSize: z.strictObject({ height: count, width: count }),
});
export type SurveyedDataset = Readonly<z.infer<typeof surveyedSchema>>;

/** Image files, with the SHA-256 of each. */
export interface SurveyedImages {
  train: IdentifiedImage[];
  test: IdentifiedImage[];
  /** SHA-256 over the classes and the SHA-256 of all images, in their order. */
  manifest: string;
  /** Test images whose file is also one of a training image. */
  inBoth: number;
}

/** Training images whose size is looked at. */
const mostLookedAt = 25;

/** Lists the images of a place. */
export const survey = (
  { folder, layout, holdOut }: ImagePlace,
  options?: Parameters<typeof surveyIlsvrc>[1],
): Promise<Survey> => (layout === undefined ? surveyFolder(folder, holdOut) : surveyIlsvrc(folder, options));

/**
 * What is known of images without reading them all.
 *
 * @throws InputError, OutsideError as {@link surveyFolder} and {@link surveyIlsvrc}, and if an image has no size.
 */
export async function describeImages(place: ImagePlace): Promise<SurveyedDataset> {
  const { title, classes, classTitles = classes, train, test } = await survey(place);
  const perClass = new Array<number>(classes.length).fill(0);
  for (const { label } of train) perClass[label]! += 1;
  return {
    ...place,
    folder: place.layout === undefined ? portablePath(place.folder) : asVariable(place.layout),
    title,
    classes: classTitles,
    trainingImages: train.length,
    smallestClass: smallest(perClass),
    testImages: test.length,
    imageSize: await typicalSize(train),
  };
}

/** The size whose area is the median of some images, which are spread evenly over all. */
async function typicalSize(images: readonly ListedImage[]): Promise<ImageSize> {
  const looked = Math.min(mostLookedAt, images.length);
  const sizes: ImageSize[] = [];
  for (let index = 0; index < looked; index += 1) {
    const image = images[Math.floor((index * images.length) / looked)]!;
    sizes.push(await sizeOfImage(image));
  }
  sizes.sort((one, other) => one.height * one.width - other.height * other.width);
  return sizes[Math.floor((looked - 1) / 2)]!;
}

/**
 * Lists images and identifies each by its SHA-256. Says what is to be known of them, and how many are in both training and
 * test set. With `trustsTraining`, training images are taken to be what they were when they were last read.
 *
 * @throws InputError, OutsideError as {@link describeImages}; the reason of `signal`.
 */
export async function identifyImages(
  place: ImagePlace,
  {
    onMessage,
    trustsTraining = false,
    ...options
  }: Omit<DigestOptions, 'trusted'> & {
    onMessage?: (line: string) => void;
    trustsTraining?: boolean;
  } = {},
): Promise<SurveyedImages> {
  const path = pathOf(place);
  const listed = await survey({ ...place, folder: path });
  for (const note of listed.notes ?? []) onMessage?.(`Warning: ${note}`);
  const images = await digestImages(path, [...listed.train, ...listed.test], {
    ...options,
    trusted: trustsTraining ? listed.train.length : 0,
  });
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

/** Fed image by image: as one text, millions would be too long. */
function manifestOf(
  classes: readonly string[],
  train: readonly IdentifiedImage[],
  test: readonly IdentifiedImage[],
): string {
  const hash = createHash('sha256').update(`{"classes":${JSON.stringify(classes)},"train":[`);
  const add = (images: readonly IdentifiedImage[]): void => {
    for (const [index, { label, sha256 }] of images.entries())
      hash.update(`${index === 0 ? '' : ','}[${label},"${sha256}"]`);
  };
  add(train);
  hash.update('],"test":[');
  add(test);
  return hash.update(']}').digest('hex');
}

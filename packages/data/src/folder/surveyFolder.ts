import { basename, join } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import { holdOut, type HoldOut } from './holdOut.ts';
import type { Survey } from '../survey.ts';
import { foldersIn, listClasses } from './listFolder.ts';

/** Names of the folder of images to test on, beside `train`. */
const testFolders = ['test', 'val', 'validation'];
const defaultHoldOut: HoldOut = { share: 0.2, seed: 0 };

/**
 * Lists the images of a folder: those of `train/CLASS` and `test/CLASS` (or `val`, `validation`), or else those of `CLASS`,
 * of which a share is held out for testing. Classes are numbered in natural order.
 *
 * @throws InputError if the folder is not such a one, or its training and test images are of different classes;
 * OutsideError if it cannot be read.
 */
export async function surveyFolder(folder: string, asked?: HoldOut): Promise<Survey> {
  const title = basename(folder);
  const inside = await foldersIn(folder);
  if (!inside.includes('train')) {
    const listed = await listClasses(folder, '');
    requireTwoClasses(listed.classes, folder);
    return { title, classes: listed.classes, ...holdOut(listed, asked ?? defaultHoldOut) };
  }
  const testFolder = testFolders.find((name) => inside.includes(name));
  if (testFolder === undefined) {
    throw new InputError(
      `${folder} has a folder train, but none of ${testFolders.join(', ')}`,
      `Add ${join(folder, 'test')} with the same classes, or name ${join(folder, 'train')} to hold out some of its images.`,
    );
  }
  if (asked !== undefined) {
    throw new InputError(
      `${folder} has images to test on in ${testFolder}, so none are held out`,
      'Remove `holdOut` from the experiment.',
    );
  }
  const train = await listClasses(join(folder, 'train'), 'train');
  const test = await listClasses(join(folder, testFolder), testFolder);
  requireTwoClasses(train.classes, join(folder, 'train'));
  requireSame(train.classes, test.classes, { folder, testFolder });
  return { title, classes: train.classes, train: train.images, test: test.images };
}

function requireTwoClasses(classes: readonly string[], folder: string): void {
  if (classes.length >= 2) return;
  throw new InputError(
    `${folder} has ${classes.length === 0 ? 'no folder of a class' : `the class ${classes[0]!} alone`}`,
    'Make a folder for each class, with its images, and name the folder above them.',
  );
}

function requireSame(
  train: readonly string[],
  test: readonly string[],
  { folder, testFolder }: { folder: string; testFolder: string },
): void {
  const require = (from: readonly string[], to: readonly string[], has: string, lacks: string): void => {
    const name = from.find((one) => !to.includes(one));
    if (name === undefined) return;
    throw new InputError(
      `The class ${name} is in ${join(folder, has)}, but not in ${join(folder, lacks)}`,
      `Add ${join(folder, lacks, name)}, or remove ${join(folder, has, name)}.`,
    );
  };
  require(train, test, 'train', testFolder);
  require(test, train, testFolder, 'train');
}

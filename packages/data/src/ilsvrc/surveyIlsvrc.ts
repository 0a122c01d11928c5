import { exists, InputError } from '@bit-repro/artifacts';
import type { Survey } from '../survey.ts';
import { readDevkit, type Devkit } from './devkit.ts';
import { hasTrainingImages, trainingImages } from './trainingImages.ts';
import { validationClasses, validationImages } from './validationImages.ts';
import { ilsvrcTitle, isWhole, whole } from './whole.ts';

/**
 * Lists the images of ILSVRC-2012 in a folder, as torchvision's `ImageNet` has them: in folders of their classes, or in the
 * archives as they were published, which are not unpacked. Classes are numbered by their wnids. A part of the data set is
 * called one.
 *
 * @param options.testsOnly whether the training images may be absent, as whoever scores the validation images needs no others.
 * @throws InputError if something is missing, cut short or at odds with the rest; OutsideError if it cannot be read.
 */
export async function surveyIlsvrc(
  folder: string,
  { testsOnly = false }: { testsOnly?: boolean } = {},
): Promise<Survey> {
  if (!(await exists(folder)))
    throw new InputError(`There is no folder ${folder}`, 'Correct the path of ILSVRC-2012.');
  const devkit = await readDevkit(folder);
  const lacksTraining = testsOnly && !(await hasTrainingImages(folder));
  const { classes, images: train } = lacksTraining
    ? { classes: await validationClasses(folder, devkit), images: [] }
    : await trainingImages(folder);
  const test = await validationImages(folder, classes, devkit);
  const counts = { classCount: classes.length, trainingImages: train.length, testImages: test.length };
  const isAll = isWhole(counts);
  return {
    title: isAll ? ilsvrcTitle : `a part of ${ilsvrcTitle}`,
    classes,
    ...(devkit && { classTitles: titlesOf(classes, devkit) }),
    train,
    test,
    ...(!isAll && { notes: [partInWords(folder, counts)] }),
  };
}

function partInWords(folder: string, counts: typeof whole): string {
  const part = (what: keyof typeof whole, name: string): string =>
    `${counts[what].toLocaleString('en')} of the ${whole[what].toLocaleString('en')} ${name}`;
  return `${folder} has ${part('classCount', 'classes')} of ${ilsvrcTitle}, ${part('trainingImages', 'training images')} and ${part('testImages', 'validation images')}`;
}

/** Two classes are called crane, and two maillot: such have their wnids with them. */
function titlesOf(wnids: readonly string[], { titles }: Devkit): string[] {
  const own = wnids.map((wnid) => titles.get(wnid) ?? wnid);
  const twice = new Set(own.filter((name, label) => own.indexOf(name) !== label));
  return own.map((name, label) => (twice.has(name) ? `${name} (${wnids[label]!})` : name));
}

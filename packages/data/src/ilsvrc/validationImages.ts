import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exists, explainUnreadable, InputError } from '@bit-repro/artifacts';
import { foldersIn, inNaturalOrder, listClasses } from '../folder/listFolder.ts';
import type { ListedImage } from '../survey.ts';
import type { Devkit } from './devkit.ts';
import { indexTar } from './tarIndex.ts';

const archiveName = 'ILSVRC2012_img_val.tar';
/** Validation images are numbered from 1. */
const pattern = /^ILSVRC2012_val_(\d{8})\.JPEG$/;

type Unlabelled = Omit<ListedImage, 'label'>;

/**
 * The validation images of ILSVRC-2012: those of `val/WNID`, or else those of `val` or of the archive, whose classes the
 * development kit tells. They are ordered by class, then by name.
 *
 * @param wnids of the training images, in the order of the class numbers.
 * @throws InputError, OutsideError as `surveyIlsvrc`.
 */
export async function validationImages(
  folder: string,
  wnids: readonly string[],
  devkit: Devkit | undefined,
): Promise<ListedImage[]> {
  const labels = new Map(wnids.map((wnid, label) => [wnid, label]));
  const labelled = (image: Unlabelled, wnid: string): ListedImage => {
    const label = labels.get(wnid);
    if (label !== undefined) return { ...image, label };
    throw new InputError(
      `${image.name} is of the class ${wnid}, of which ${folder} has no training image`,
      'Add the class to the training images, or leave out its validation images.',
    );
  };
  const images = await allIn(folder, devkit, labelled);
  images.sort((one, other) => one.label - other.label);
  const tested = new Set(images.map(({ label }) => label));
  const untested = wnids.find((_, label) => !tested.has(label));
  if (untested === undefined) return images;
  throw new InputError(
    `The class ${untested} has no validation image in ${folder}`,
    'Add its validation images, or leave out its training images.',
  );
}

/** The wnids of the validation images, where no training images tell them; none if nothing does. */
export async function validationClasses(folder: string, devkit: Devkit | undefined): Promise<string[]> {
  const unpacked = join(folder, 'val');
  const folders = (await exists(unpacked)) ? await foldersIn(unpacked) : [];
  return folders.length > 0 ? folders : [...new Set(devkit?.validation)].sort();
}

async function allIn(
  folder: string,
  devkit: Devkit | undefined,
  labelled: (image: Unlabelled, wnid: string) => ListedImage,
): Promise<ListedImage[]> {
  const unpacked = join(folder, 'val');
  const isUnpacked = await exists(unpacked);
  if (isUnpacked && (await foldersIn(unpacked)).length > 0) {
    const { classes, images } = await listClasses(unpacked, 'val');
    return images.map(({ label, ...image }) => labelled(image, classes[label]!));
  }
  const images = isUnpacked ? await inFolder(unpacked) : await inArchive(folder);
  if (devkit === undefined) {
    throw new InputError(
      `${folder} has validation images without folders of their classes, and no ILSVRC2012_devkit_t12 to tell them`,
      `Put ILSVRC2012_devkit_t12.tar.gz into ${folder}.`,
    );
  }
  return images
    .sort((one, other) => inNaturalOrder(one.name, other.name))
    .map((image) => labelled(image, truthOf(image.name, devkit)));
}

function truthOf(name: string, { validation }: Devkit): string {
  const number = Number(pattern.exec(basename(name))![1]);
  const wnid = validation[number - 1];
  if (wnid !== undefined) return wnid;
  throw new InputError(
    `There is no ground truth of ${name}: the development kit has that of ${validation.length} images`,
    'Move the image elsewhere, or fetch ILSVRC2012_devkit_t12.tar.gz again.',
  );
}

async function inFolder(folder: string): Promise<Unlabelled[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw explainUnreadable(cause, folder);
  });
  return requireSome(
    names
      .filter((name) => pattern.test(name))
      .map((name) => ({ file: join(folder, name), name: join('val', name) })),
    folder,
  );
}

async function inArchive(folder: string): Promise<Unlabelled[]> {
  const archive = join(folder, archiveName);
  if (!(await exists(archive))) {
    throw new InputError(
      `${folder} has neither val nor ${archiveName}`,
      'Name the folder with the files of ILSVRC-2012, as they were published or unpacked.',
    );
  }
  const members = await indexTar(archive);
  return requireSome(
    members
      .filter(({ path }) => pattern.test(basename(path)))
      .map(({ path, offset, bytes }) => ({
        file: archive,
        name: join('val', basename(path)),
        offset,
        bytes,
      })),
    archive,
  );
}

function requireSome(images: Unlabelled[], place: string): Unlabelled[] {
  if (images.length > 0) return images;
  throw new InputError(
    `${place} has no validation image`,
    'They are called as ILSVRC2012_val_00000001.JPEG is, or are in folders of their classes.',
  );
}

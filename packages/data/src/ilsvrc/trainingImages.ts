import { basename, join } from 'node:path';
import { exists, InputError } from '@bit-repro/artifacts';
import { inNaturalOrder, listClasses, type ListedSplit } from '../folder/listFolder.ts';
import type { ListedImage } from '../survey.ts';
import { indexTar } from './tarIndex.ts';

/** A synset of WordNet, as the folders and archives of classes are called. */
const wnid = /^n\d{8}$/;
const archiveName = 'ILSVRC2012_img_train.tar';

/** Whether there is anything that `trainingImages` reads. */
export const hasTrainingImages = async (folder: string): Promise<boolean> =>
  (await exists(join(folder, 'train'))) || (await exists(join(folder, archiveName)));

/**
 * The training images of ILSVRC-2012, by wnid: those of `train/WNID`, else those of the archive.
 *
 * @throws InputError, OutsideError as `surveyIlsvrc`.
 */
export async function trainingImages(folder: string): Promise<ListedSplit> {
  const unpacked = join(folder, 'train');
  const archive = join(folder, archiveName);
  if (await exists(unpacked)) return requireWnids(await listClasses(unpacked, 'train'), unpacked);
  if (await exists(archive)) return requireWnids(await inArchive(archive), archive);
  throw new InputError(
    `${folder} has neither train nor ${archiveName}`,
    'Name the folder with the files of ILSVRC-2012, as they were published or unpacked.',
  );
}

async function inArchive(archive: string): Promise<ListedSplit> {
  const byClass = new Map<string, Omit<ListedImage, 'label'>[]>();
  for (const { path, offset, bytes } of await indexTar(archive)) {
    const [ofClass = '', ...within] = path.replace(/^\.\//, '').split('/');
    const name = ofClass.replace(/\.tar$/, '');
    const images = byClass.get(name) ?? [];
    byClass.set(name, images);
    const file = within.at(-1);
    if (file?.endsWith('.JPEG') === true)
      images.push({ file: archive, name: `train/${name}/${file}`, offset, bytes });
  }
  const classes = [...byClass.keys()].sort();
  const images = classes.flatMap((name, label) => {
    const own = byClass.get(name)!;
    if (own.length === 0) {
      throw new InputError(
        `The class ${name} has no image in ${archive}`,
        'Fetch the archive again, and compare its MD5 with the published one.',
      );
    }
    return own
      .sort((one, other) => inNaturalOrder(basename(one.name), basename(other.name)))
      .map((image) => ({ ...image, label }));
  });
  return { classes, images };
}

function requireWnids(split: ListedSplit, place: string): ListedSplit {
  if (split.classes.length < 2) {
    throw new InputError(
      `${place} has ${split.classes.length === 0 ? 'no class' : `the class ${split.classes[0]!} alone`}`,
      'Name the folder with the files of ILSVRC-2012; a part of it has at least two classes.',
    );
  }
  const odd = split.classes.find((name) => !wnid.test(name));
  if (odd === undefined) return split;
  throw new InputError(
    `${place} has ${odd}, which is no class of ILSVRC-2012`,
    'Its classes are called as n01440764 is. Move it elsewhere, or name another folder as `{folder: PATH}`.',
  );
}

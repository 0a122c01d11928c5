import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { explainUnreadable, InputError } from '@bit-repro/artifacts';
import type { ListedImage } from '../survey.ts';

/** Images by class. */
export interface ListedSplit {
  /** In the order of the class numbers. */
  classes: string[];
  /** Ordered by class, then by name. */
  images: ListedImage[];
}

const extensions = ['.jpg', '.jpeg', '.png', '.webp'];
const unreadImages = [
  '.avif',
  '.bmp',
  '.cr2',
  '.dng',
  '.gif',
  '.heic',
  '.heif',
  '.jp2',
  '.jxl',
  '.nef',
  '.ppm',
  '.tif',
  '.tiff',
];
const archives = ['.zip', '.tar', '.tgz', '.gz', '.7z', '.rar', '.xz', '.bz2', '.zst'];

/** As people count: `class 2` before `class 10`. */
const natural = new Intl.Collator('en', { numeric: true });
export const inNaturalOrder = (one: string, other: string): number =>
  natural.compare(one, other) || (one < other ? -1 : Number(one > other));

/**
 * Lists the images of a folder with one folder for each class. Hidden files and files that are not images are left
 * out.
 *
 * @param folder with `shown` as its name in messages and in the names of images; empty for the top.
 * @throws InputError if there is no such folder, a class is empty or has folders, a file has a format that is not
 * read, or a name is not UTF-8; OutsideError if something cannot be read.
 */
export async function listClasses(folder: string, shown: string): Promise<ListedSplit> {
  const classes = await foldersIn(folder);
  const images: ListedImage[] = [];
  for (const [label, name] of classes.entries()) {
    const within = join(shown, name);
    const files = await imagesIn(join(folder, name), within);
    images.push(
      ...files.map((file) => ({ file: join(folder, name, file), name: join(within, file), label })),
    );
  }
  return { classes, images };
}

/** The names of the folders in a folder, in natural order. */
export async function foldersIn(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  return entries.flatMap(({ name, isFolder }) => (isFolder ? [name] : [])).sort(inNaturalOrder);
}

async function imagesIn(folder: string, shown: string): Promise<string[]> {
  const files: string[] = [];
  for (const { name, isFolder } of await entriesOf(folder)) {
    if (isFolder) {
      throw new InputError(
        `The class ${shown} has a folder in it: ${name}`,
        'Put all images of a class into one folder, and name the folder above the classes.',
      );
    }
    const ending = extname(name).toLowerCase();
    if (unreadImages.includes(ending)) {
      throw new InputError(
        `${join(folder, name)} is an image in a format that is not read (${ending})`,
        `Convert the images to one of ${extensions.join(', ')}, or move the file elsewhere.`,
      );
    }
    if (extensions.includes(ending)) files.push(name);
  }
  if (files.length === 0) {
    throw new InputError(
      `The class ${shown} has no image in ${folder}`,
      `Add images (${extensions.join(', ')}), or remove the folder.`,
    );
  }
  return files.sort(inNaturalOrder);
}

interface Entry {
  name: string;
  isFolder: boolean;
}

/** What a folder holds, without hidden files. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch((cause: unknown) => {
    throw explainFolder(cause, folder);
  });
  const entries: Entry[] = [];
  for (const entry of found) {
    const name = entry.name.toString();
    if (!entry.name.equals(Buffer.from(name))) {
      throw new InputError(
        `A file name in ${folder} is not UTF-8: ${JSON.stringify(entry.name.toString('latin1'))}`,
        'Rename it, for example with convmv.',
      );
    }
    if (name.startsWith('.')) continue;
    const isFolder = entry.isSymbolicLink() ? await leadsToFolder(join(folder, name)) : entry.isDirectory();
    entries.push({ name, isFolder });
  }
  return entries;
}

async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isDirectory();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ELOOP' && code !== 'ENOENT') throw explainUnreadable(cause, link);
    throw new InputError(
      `The symbolic link ${link} leads ${code === 'ELOOP' ? 'back to itself' : 'nowhere'}`,
      'Remove it, or let it lead to an image.',
      { cause },
    );
  }
}

function explainFolder(cause: unknown, folder: string): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    return new InputError(`There is no folder ${folder}`, 'Correct the path of the images.', { cause });
  if (code === 'ENOTDIR') {
    const isArchive = archives.includes(extname(folder).toLowerCase());
    return new InputError(
      `${folder} is ${isArchive ? 'an archive' : 'a file'}, not a folder of images`,
      isArchive ? 'Unpack it, and name the folder.' : 'Name the folder with one folder for each class.',
      { cause },
    );
  }
  return explainUnreadable(cause, folder);
}

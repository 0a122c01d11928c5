import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cacheRoot as defaultCacheRoot,
  ExplainedError,
  ifAny,
  InputError,
  isReachable,
  UnavailableError,
} from '@bit-repro/artifacts';
import { z } from 'zod';
import { fetchFromArchive, type ArchiveMembers, type ArchiveSource } from './archiveSource.ts';
import {
  cifar100Classes,
  cifar100FileNames,
  cifar100Files,
  labelBytes,
  superclasses,
  type Cifar100File,
} from './cifar100Format.ts';
import { recordBytes } from './cifarFormat.ts';
import type { DatasetFiles, DatasetSource, ReadOptions } from './dataset.ts';
import { fileIn, folderIn } from './fileIn.ts';
import { filesInCache, isOfTheDisk } from './filesInCache.ts';
import { sha1Of } from './sha1Of.ts';

/** The binary version on the data set's own page. */
export const officialArchive: ArchiveSource = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
  md5: '03b5dce01913d631647c71ecec9e9cb8',
};

const variable = 'BIT_REPRO_CIFAR100';
const bothFiles = 'train.bin and test.bin of the binary version of CIFAR-100';
const namesFile = 'fine_label_names.txt';

const members: ArchiveMembers = {
  title: 'CIFAR-100',
  folder: 'cifar-100-binary',
  sizes: {
    ...Object.fromEntries(Object.entries(cifar100Files).map(([name, bytes]) => [name, [bytes, bytes]])),
    [namesFile]: [1, 10_000],
  },
};

/** What the files were when they came out of the archive, beside them in the cache. */
const noteName = 'extracted.json';
const noteSchema = z.strictObject({ md5: z.string(), sha1: z.record(z.string(), z.string()) });

export interface ReadCifar100Options extends ReadOptions {
  cacheRoot?: string;
  archive?: ArchiveSource;
}

/** The folder in the cache. */
export const cifar100Folder = (cacheRoot = defaultCacheRoot()): string => join(cacheRoot, 'cifar100');

/**
 * The binary files of CIFAR-100. Those of the archive are checked by its md5, and in the cache by what came out of it.
 * No sums of the files are published, so those in a folder of the user's are only checked for what they look like.
 *
 * @throws InputError if the user's folder has other content.
 * @throws OutsideError if the archive cannot be fetched, the files cannot be read, or the cache cannot be written.
 */
export async function readCifar100(options: ReadCifar100Options = {}): Promise<DatasetFiles> {
  const { archive = officialArchive, onMessage, signal } = options;
  if (options.folder !== undefined)
    return readBoth(await folderIn(options.folder, members.folder, bothFiles));
  const folder = cifar100Folder(options.cacheRoot);
  return filesInCache(folder, {
    title: 'CIFAR-100',
    read: () => readExtracted(folder, archive),
    fetch: (staging, stopped) => fetchFiles(staging, archive, { ...options, signal: stopped }),
    onMessage,
    signal,
  });
}

export const cifar100Source: DatasetSource = {
  variable,
  archiveMd5: officialArchive.md5,
  cacheFolder: cifar100Folder,
  read: readCifar100,
  origins: async () => [{ name: 'the CIFAR site', isReachable: await isReachable(officialArchive.url) }],
};

async function fetchFiles(
  staging: string,
  archive: ArchiveSource,
  { cacheRoot = defaultCacheRoot(), onProgress, signal }: ReadCifar100Options & { signal: AbortSignal },
): Promise<void> {
  const file = join(cacheRoot, 'downloads', 'cifar-100-binary.tar.gz');
  try {
    await fetchFromArchive(staging, file, archive, members, { ...(onProgress && { onProgress }), signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof ExplainedError) || isOfTheDisk(cause)) throw cause;
    throw new UnavailableError(
      `CIFAR-100 could not be fetched from ${archive.url}: ${cause.message}`,
      `${cause.remedy} Or set ${variable} to a folder with ${bothFiles}.`,
      { cause },
    );
  }
  const sha1 = sha1Of(await readBoth(staging));
  await writeFile(join(staging, noteName), JSON.stringify({ md5: archive.md5, sha1 }), { flush: true });
}

/** Reads the files in the cache. @throws InputError if they are not what came out of the archive. */
async function readExtracted(folder: string, { md5 }: ArchiveSource): Promise<DatasetFiles> {
  const files = await readBoth(folder);
  const text = await ifAny(join(folder, noteName), (file) => readFile(file, 'utf8'));
  const note = text === undefined ? undefined : noteSchema.safeParse(parsed(text)).data;
  const found = sha1Of(files);
  const altered = cifar100FileNames.find((name) => note?.md5 !== md5 || note.sha1[name] !== found[name]);
  if (altered === undefined) return files;
  throw new InputError(
    `Expected ${join(folder, altered)} as it came out of the archive with md5 ${md5}, found SHA-1 ${found[altered]!}`,
    'Remove the folder, and it is fetched again.',
  );
}

async function readBoth(folder: string): Promise<DatasetFiles> {
  await requireNames(folder);
  const files: Record<string, Uint8Array> = {};
  for (const name of cifar100FileNames) files[name] = await readRecords(folder, name);
  return files;
}

/** Reads a file and checks its size and that all labels are classes. */
async function readRecords(folder: string, name: Cifar100File): Promise<Uint8Array> {
  const expected = cifar100Files[name];
  const bytes = await fileIn(folder, name, expected, bothFiles);
  const path = join(folder, name);
  const other = `The file is not ${name} of the binary version of CIFAR-100. Fetch it again.`;
  if (bytes.length !== expected)
    throw new InputError(`Expected ${path} with ${expected} bytes, found ${bytes.length}`, other);
  for (let start = 0; start < bytes.length; start += recordBytes(labelBytes)) {
    const [coarse, fine] = [bytes[start]!, bytes[start + 1]!];
    if (coarse < superclasses && fine < cifar100Classes.length) continue;
    throw new InputError(
      `Expected labels up to ${superclasses - 1} and ${cifar100Classes.length - 1} at byte ${start} of ${path}, found ${coarse} and ${fine}`,
      other,
    );
  }
  return bytes;
}

/** Checks the names of the classes, if there is a file of them. */
async function requireNames(folder: string): Promise<void> {
  const path = join(folder, namesFile);
  const text = await ifAny(path, (file) => readFile(file, 'utf8'));
  if (text === undefined) return;
  const names = text.split(/\s+/u).filter((name) => name !== '');
  const index = cifar100Classes.findIndex((name, at) => names[at] !== name);
  if (index === -1 && names.length === cifar100Classes.length) return;
  const at = index === -1 ? cifar100Classes.length : index;
  throw new InputError(
    `Expected ${cifar100Classes[at] ?? 'no more'} as class ${at} in ${path}, found ${names[at] ?? 'none'}`,
    'The file is not that of the binary version of CIFAR-100. Fetch it again.',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

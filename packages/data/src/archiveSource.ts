import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { extract } from 'tar';
import { downloadFile, type OnProgress } from '@bit-repro/artifacts';
import { cifar10FileNames, cifar10Files } from './cifar10Format.ts';
import { DataError } from './errors.ts';

/** The binary version on the data set's own page. */
export const officialArchive = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
};

export interface ArchiveSource {
  url: string;
  md5: string;
}

/**
 * Makes the six binary files in `folder` from the official archive. The archive lies at `file` while it is incomplete,
 * so that a later call resumes it.
 */
export async function fetchFromArchive(
  folder: string,
  file: string,
  source: ArchiveSource,
  onProgress?: OnProgress,
): Promise<void> {
  await downloadFile({
    url: source.url,
    file,
    expected: { md5: source.md5 },
    label: 'the CIFAR-10 archive',
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  await extractRecords(file, folder);
  await rm(file);
}

/** Extracts the six binary files, wherever they lie in the archive, and nothing else. */
export async function extractRecords(archive: string, folder: string): Promise<void> {
  const found = new Map<string, string>();
  try {
    await extract({
      file: archive,
      cwd: folder,
      strict: true,
      filter: (path, entry) => {
        const name = basename(path);
        const wanted =
          Object.hasOwn(cifar10Files, name) &&
          'type' in entry &&
          entry.type === 'File' &&
          !path.includes('..');
        if (wanted) found.set(name, path);
        return wanted;
      },
    });
  } catch (cause) {
    throw new DataError(`Expected a whole tar archive, found a broken one in ${archive}`, 'Fetch it again.', {
      cause,
    });
  }
  for (const name of cifar10FileNames) {
    const path = found.get(name);
    if (path === undefined) {
      throw new DataError(
        `Expected ${name} in ${archive}, found none`,
        'Fetch the binary version of CIFAR-10.',
      );
    }
    if (path !== name) await rename(join(folder, path), join(folder, name));
  }
}

import { rm } from 'node:fs/promises';
import { extract } from 'tar';
import {
  downloadFile,
  explainFileError,
  explainUnreadable,
  OutsideError,
  type OnProgress,
} from '@bit-repro/artifacts';
import { cifar10FileNames, fileBytes } from './cifar10Format.ts';

/** The binary version on the data set's own page. */
export const officialArchive = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
};

export interface ArchiveSource {
  url: string;
  md5: string;
}

/** The folder in the official archive with the six binary files. */
export const archiveFolder = 'cifar-10-batches-bin';

/**
 * Makes the six binary files in `folder` from the official archive. An incomplete archive stays at `file`, so
 * that a later call resumes it.
 */
export async function fetchFromArchive(
  folder: string,
  file: string,
  source: ArchiveSource,
  { onProgress, signal }: { onProgress?: OnProgress; signal?: AbortSignal } = {},
): Promise<void> {
  await downloadFile({
    url: source.url,
    file,
    expected: { md5: source.md5 },
    label: 'the CIFAR-10 archive',
    retries: 3,
    ...(onProgress && { onProgress }),
    signal,
  });
  await extractRecords(file, folder);
  await rm(file);
}

/**
 * Extracts only the six binary files: regular files of the right size at their exact paths in the archive.
 *
 * @throws OutsideError if one is missing, or the archive is damaged.
 */
export async function extractRecords(archive: string, folder: string): Promise<void> {
  const missing = new Set(cifar10FileNames.map((name) => `${archiveFolder}/${name}`));
  try {
    await extract({
      file: archive,
      cwd: folder,
      strip: 1,
      strict: true,
      filter: (path, entry) =>
        'type' in entry && entry.type === 'File' && entry.size === fileBytes && missing.delete(path),
    });
  } catch (cause) {
    const isOfArchive = (cause as NodeJS.ErrnoException).path === archive;
    const explained = isOfArchive
      ? explainUnreadable(cause, archive)
      : explainFileError(cause, 'extract to', folder);
    if (explained !== cause) throw explained;
    // For an open file, the system does not say which one failed.
    const unreadable = explainUnreadable(cause, archive);
    if (unreadable !== cause) throw unreadable;
    throw new OutsideError(`The tar archive ${archive} is damaged`, refetch, {
      cause,
    });
  }
  if (missing.size > 0) {
    throw new OutsideError(
      `The archive ${archive} lacks ${[...missing].join(', ')} with ${fileBytes} bytes`,
      refetch,
    );
  }
}

const refetch = 'Remove the archive and run the command again to download it again.';

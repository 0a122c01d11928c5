import { rm } from 'node:fs/promises';
import { extract } from 'tar';
import {
  downloadFile,
  explainFileError,
  explainUnreadable,
  OutsideError,
  type OnProgress,
} from '@bit-repro/artifacts';

export interface ArchiveSource {
  url: string;
  md5: string;
}

/** The files of a data set in its archive. */
export interface ArchiveMembers {
  /** Of the data set. */
  title: string;
  /** The folder in the archive that they are in. */
  folder: string;
  /** The fewest and the most bytes of each, by name. */
  sizes: Readonly<Record<string, readonly [number, number]>>;
}

/**
 * Makes the files of a data set in `folder` from its archive, which is checked by md5. An incomplete archive stays at
 * `file`, so that a later call resumes it.
 */
export async function fetchFromArchive(
  folder: string,
  file: string,
  source: ArchiveSource,
  members: ArchiveMembers,
  { onProgress, signal }: { onProgress?: OnProgress; signal?: AbortSignal } = {},
): Promise<void> {
  await downloadFile({
    url: source.url,
    file,
    expected: { md5: source.md5 },
    label: `the ${members.title} archive`,
    retries: 3,
    ...(onProgress && { onProgress }),
    signal,
  });
  await extractRecords(file, folder, members);
  await rm(file);
}

/**
 * Extracts only the files of a data set: regular files of the right size at their exact paths in the archive.
 *
 * @throws OutsideError if one is missing, or the archive is damaged.
 */
export async function extractRecords(
  archive: string,
  folder: string,
  { folder: inside, sizes }: ArchiveMembers,
): Promise<void> {
  const missing = new Map(Object.entries(sizes).map(([name, size]) => [`${inside}/${name}`, size]));
  const isWanted = (path: string, bytes: number): boolean => {
    const [fewest, most] = missing.get(path) ?? [1, 0];
    return fewest <= bytes && bytes <= most && missing.delete(path);
  };
  try {
    await extract({
      file: archive,
      cwd: folder,
      strip: 1,
      strict: true,
      filter: (path, entry) => 'type' in entry && entry.type === 'File' && isWanted(path, entry.size),
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
      `The archive ${archive} lacks ${[...missing].map(([path, [fewest, most]]) => `${path} with ${fewest === most ? '' : `${fewest} to `}${most} bytes`).join(', ')}`,
      refetch,
    );
  }
}

const refetch = 'Remove the archive and run the command again to download it again.';

import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OutsideError } from '@bit-repro/artifacts';

/** The folder that caches downloads. */
export interface CacheState {
  folder: string;
  /** Whether it can be written to, or created. */
  writable: boolean;
  /** Free space on its disk. */
  freeBytes?: number;
}

/** The error for a cache folder that cannot be written to. */
export function unwritable(folder: string, cause?: unknown): OutsideError {
  return new OutsideError(
    `The cache folder ${folder} cannot be written to`,
    'Make it writable, or set BIT_REPRO_CACHE to a writable folder.',
    { cause },
  );
}

/** Examines the cache folder, or the place where it will be created. */
export async function examineCache(folder: string): Promise<CacheState> {
  const place = await nearestExisting(folder);
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const mayWrite = await access(place, constants.W_OK).then(
    () => true,
    () => false,
  );
  const free = await statfs(place).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
  return { folder, writable: isFolder && mayWrite, ...(free !== undefined && { freeBytes: free }) };
}

/** A path that cannot be examined counts as existing, and thus as not writable. */
async function nearestExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const isAbsent = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    return isAbsent && dirname(path) !== path ? nearestExisting(dirname(path)) : path;
  }
}

import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OutsideError } from '@bit-repro/artifacts';

/** The folder that holds what is fetched. */
export interface CacheState {
  folder: string;
  /** Whether it can be written, or made. */
  writable: boolean;
  /** Free on its disk. */
  freeBytes?: number;
}

/** What to say of a cache folder that cannot be written. */
export function unwritable(folder: string, cause?: unknown): OutsideError {
  return new OutsideError(
    `The cache folder ${folder} cannot be written`,
    'Make it writable, or point BIT_REPRO_CACHE at a folder that can be written.',
    { cause },
  );
}

/** Looks at the cache folder, or at where it will be made. */
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

/** A path that cannot be looked at counts as existing: so it is no folder that can be written. */
async function nearestExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const isAbsent = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    return isAbsent && dirname(path) !== path ? nearestExisting(dirname(path)) : path;
  }
}

import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The folder that holds what is fetched. */
export interface CacheState {
  folder: string;
  /** Whether it can be written, or made. */
  writable: boolean;
  /** Free on its disk. */
  freeBytes?: number;
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

async function nearestExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch {
    return dirname(path) === path ? path : nearestExisting(dirname(path));
  }
}

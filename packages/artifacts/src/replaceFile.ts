import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomic, type FileData } from './atomic.ts';
import { withLock, type HeldLock } from './lock.ts';

const stagedPattern = /^\.(.+)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The name of the file that a staging file was for; undefined if the name is not that of a staging file. */
export const stagedFor = (name: string): string | undefined => stagedPattern.exec(name)?.[1];

/**
 * Like `writeFileAtomic`, but by one process at a time, and removes what killed processes left of the same
 * file.
 *
 * @throws OutsideError as `writeFileAtomic` and `withLock`.
 */
export async function replaceFile(file: string, data: FileData, signal?: AbortSignal): Promise<void> {
  const replace = async (stopped: AbortSignal, { requireHeld }: HeldLock): Promise<void> => {
    await removeStaged(dirname(file), [basename(file)]);
    requireHeld();
    await writeFileAtomic(file, data, stopped);
  };
  await withLock(file, replace, { signal });
}

/**
 * Removes the staging files that killed processes left for files of a folder. The caller must hold a lock, so
 * that no process is writing them.
 */
export async function removeStaged(folder: string, names: readonly string[]): Promise<void> {
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const name = stagedFor(item.name);
    if (item.isFile() && name !== undefined && names.includes(name))
      await rm(join(folder, item.name), { force: true });
  }
}

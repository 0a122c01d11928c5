import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomic, type FileData } from './atomic.ts';
import { withLock, type HeldLock } from './lock.ts';

const stagedPattern = /^\.(.+)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The name of the file that a file of this name was to become; nothing where it is no staging file. */
export const stagedFor = (name: string): string | undefined => stagedPattern.exec(name)?.[1];

/**
 * As `writeFileAtomic`, one process at a time, and what killed ones left of the same file is removed.
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

/** Removes what killed processes left of files in a folder. The caller holds a lock, so that nobody is writing them. */
export async function removeStaged(folder: string, names: readonly string[]): Promise<void> {
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const name = stagedFor(item.name);
    if (item.isFile() && name !== undefined && names.includes(name))
      await rm(join(folder, item.name), { force: true });
  }
}

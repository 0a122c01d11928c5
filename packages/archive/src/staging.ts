import { randomUUID } from 'node:crypto';
import { access, constants, lstat, mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OutsideError, tryWithLock, withLock } from '@bit-repro/artifacts';

/** Starts with a dot, so that it is not taken for a run. */
const stagingName = /^(\.import-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.lock)?$/;
/** Marks a staging folder as made by an import. */
const ownerMark = '.bit-repro-import';

/**
 * Runs `work` with an empty folder in the store, from which runs can be moved atomically, and removes the
 * folder afterwards. Also removes the folders of killed imports. The signal is that of `withLock`.
 */
export async function inStaging<T>(
  store: string,
  work: (folder: string, signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  await removeLeftovers(store);
  const staging = join(store, `.import-${randomUUID()}`);
  // Locked before the folder exists: a folder without a lock is no longer in use.
  const fill = async (signal: AbortSignal): Promise<T> => {
    await mkdir(staging);
    try {
      await writeFile(join(staging, ownerMark), '', { flag: 'wx' });
      return await work(staging, signal);
    } finally {
      await removeMarked(staging);
    }
  };
  return withLock(staging, fill, { signal: outer });
}

/** Removes staging folders and their locks unless a process holds them. */
async function removeLeftovers(store: string): Promise<void> {
  const names = (await readdir(store)).flatMap((name) => stagingName.exec(name)?.[1] ?? []);
  for (const name of new Set(names)) {
    await tryWithLock(join(store, name), () => removeOurs(join(store, name)));
  }
}

/** Removes a folder that an import made: one with its mark, or an empty one. */
async function removeOurs(folder: string): Promise<void> {
  const isOurs = await lstat(join(folder, ownerMark)).then(
    (mark) => mark.isFile(),
    () => false,
  );
  const isFolder = await lstat(folder).then(
    (item) => item.isDirectory(),
    () => false,
  );
  if (isOurs && isFolder) await removeMarked(folder);
  else if (isFolder) await rmdir(folder).catch(() => undefined);
}

/** Removes the mark last, so that whatever a killed process leaves is still recognised. */
async function removeMarked(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== ownerMark) await rm(join(folder, name), { recursive: true, force: true });
  }
  await rm(join(folder, ownerMark), { force: true });
  await rmdir(folder);
}

/** Creates a folder unless it exists. @throws OutsideError if it is not writable. */
export async function requireWritable(folder: string, option: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new OutsideError(
      `Could not import into ${folder} (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
      `Make the folder writable, or name another one with ${option}.`,
      { cause },
    );
  }
}

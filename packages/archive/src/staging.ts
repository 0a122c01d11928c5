import { randomUUID } from 'node:crypto';
import { access, constants, lstat, mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OutsideError, tryWithLock, withLock } from '@bit-repro/artifacts';

/** The dot keeps it from being taken for a run. */
const stagingName = /^(\.import-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.lock)?$/;
/** Says in a staging folder that an import made it. */
const ownerMark = '.bit-repro-import';

/**
 * Runs `work` with an empty folder in the store, so that runs can be moved from it at once, and removes it. What imports left
 * that were killed is removed, too. The signal is as `withLock` gives it.
 */
export async function inStaging<T>(
  store: string,
  work: (folder: string, signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  await removeLeftovers(store);
  const staging = join(store, `.import-${randomUUID()}`);
  // Locked before it is there: one without a lock is no longer in use.
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

/** Removes staging folders, and locks on them, that no process holds. */
async function removeLeftovers(store: string): Promise<void> {
  const names = (await readdir(store)).flatMap((name) => stagingName.exec(name)?.[1] ?? []);
  for (const name of new Set(names)) {
    await tryWithLock(join(store, name), () => removeOurs(join(store, name)));
  }
}

/** Removes a folder that an import made: one with its mark, or that it had not yet written into. */
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

/** Removes a folder with its mark last, so that what a killed process leaves of it is still known to be an import's. */
async function removeMarked(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== ownerMark) await rm(join(folder, name), { recursive: true, force: true });
  }
  await rm(join(folder, ownerMark), { force: true });
  await rmdir(folder);
}

/** Makes a folder, where there is none. @throws OutsideError when it cannot be written into. */
export async function requireWritable(folder: string, option: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new OutsideError(
      `Could not import into ${folder} (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
      `Make the folder one that can be written, or name another with ${option}.`,
      { cause },
    );
  }
}

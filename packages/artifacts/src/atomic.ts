import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { explainFileError } from './errors.ts';

/** What a file is made of: all of it, or piece by piece, as a stream gives it. */
export type FileData = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file whole or not at all: temporary file beside it, fsync, rename. Makes the folder. Several may write the same
 * file at once: it is that of the last.
 *
 * @throws OutsideError when the disk is full, read-only, or otherwise does not take the file; whatever the data's stream
 *   throws; the reason of `signal`. The old file is kept then.
 */
export async function writeFileAtomic(file: string, data: FileData, signal?: AbortSignal): Promise<void> {
  const folder = dirname(file);
  const staging = stagingOf(file);
  try {
    await mkdir(folder, { recursive: true });
    try {
      await writeFile(staging, data, { flag: 'wx', flush: true, signal });
      signal?.throwIfAborted();
      await rename(staging, file);
    } catch (error) {
      await rm(staging, { force: true });
      throw error;
    }
    await flush(folder);
  } catch (cause) {
    signal?.throwIfAborted();
    throw explainFileError(cause, 'write', file);
  }
}

/**
 * The path of what is to become `file`, beside it: `.NAME.UUID`, which nobody can foretell. Open it with the flag `wx`. What a
 * killed process leaves is known by this form; .gitignore has it.
 */
export const stagingOf = (file: string): string => join(dirname(file), `.${basename(file)}.${randomUUID()}`);

/** Flushes a file, or the list of names of a folder, to disk. @throws OutsideError when the disk does not take it. */
export async function flush(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw explainFileError(cause, 'flush', path);
  }
}

/** Flushes a folder with all that is in it to disk. */
export async function flushTree(folder: string): Promise<void> {
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory()) await flushTree(path);
    else if (item.isFile()) await flush(path);
  }
  await flush(folder);
}

/** Size of a file in bytes; nothing where there is none. */
export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw explainFileError(error, 'look at', file);
  }
}

/** Whether a path exists. */
export const exists = async (path: string): Promise<boolean> => (await sizeOf(path)) !== undefined;

import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { explainFileError } from './errors.ts';

/** The content of a file, complete or as a stream. */
export type FileData = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file completely or not at all: to a temporary file beside it, which is flushed and renamed.
 * Creates the folder. If several processes write the same file at once, the last one wins.
 *
 * @throws OutsideError if the disk is full, read-only or fails; errors of the data's stream; the reason of
 * `signal`. The old file is kept then.
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
 * A temporary path beside `file`, of the unpredictable form `.NAME.UUID`. Open it with the flag `wx`.
 * Leftovers of killed processes are recognised by this form, which is also in .gitignore.
 */
export const stagingOf = (file: string): string => join(dirname(file), `.${basename(file)}.${randomUUID()}`);

/** Flushes a file, or the entries of a folder, to disk. @throws OutsideError if the disk fails. */
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

/** Flushes a folder and everything in it to disk. */
export async function flushTree(folder: string): Promise<void> {
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory()) await flushTree(path);
    else if (item.isFile()) await flush(path);
  }
  await flush(folder);
}

/** Size of a file in bytes; undefined if it does not exist. */
export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw explainFileError(error, 'look at', file);
  }
}

export const exists = async (path: string): Promise<boolean> => (await sizeOf(path)) !== undefined;

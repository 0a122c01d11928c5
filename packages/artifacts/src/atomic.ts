import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { explainFileError } from './errors.ts';

/**
 * Writes a file whole or not at all: temporary file beside it, fsync, rename. Makes the folder.
 *
 * @throws ArtifactError when the disk is full, read-only, or otherwise does not take the file. The old one is kept then.
 */
export async function writeFileAtomic(file: string, data: string | Uint8Array): Promise<void> {
  const folder = dirname(file);
  const staging = join(folder, `.${basename(file)}.${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    try {
      await writeFile(staging, data, { flag: 'wx', flush: true });
      await rename(staging, file);
    } catch (error) {
      await rm(staging, { force: true });
      throw error;
    }
    await flush(folder);
  } catch (cause) {
    throw explainFileError(cause, 'write', file);
  }
}

/** Flushes a file, or the list of names of a folder, to disk. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
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

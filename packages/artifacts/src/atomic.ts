import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import writeFileAtomically from 'write-file-atomic';
import { explainFileError } from './errors.ts';
import { withLock } from './lock.ts';

/** Writes a file whole or not at all: temporary file beside it, fsync, rename. Makes the folder. */
export async function writeFileAtomic(file: string, data: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFileAtomically(
      file,
      typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    );
  } catch (cause) {
    throw explainFileError(cause, 'write', file);
  }
}

/**
 * Makes the folder `target` appear whole or not at all. `fill` gets an empty staging folder beside it; when `fill` is
 * done, all is flushed to disk and renamed. Does nothing when `target` exists. Several processes may call this at once:
 * one fills, the others wait. What an interrupted call left is removed by the next.
 */
export async function publishFolder(target: string, fill: (staging: string) => Promise<void>): Promise<void> {
  if (await exists(target)) return;
  await withLock(target, async () => {
    if (await exists(target)) return;
    const parent = dirname(target);
    const prefix = `.${basename(target)}.staging-`;
    for (const name of await readdir(parent)) {
      if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
    }
    const staging = join(parent, `${prefix}${randomUUID()}`);
    try {
      await mkdir(staging);
      await fill(staging);
      await flushTree(staging);
      await rename(staging, target);
      await flush(parent);
    } catch (cause) {
      await rm(staging, { recursive: true, force: true });
      throw explainFileError(cause, 'make', target);
    }
  });
}

/** Whether a path exists. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw explainFileError(error, 'look at', path);
  }
}

async function flushTree(folder: string): Promise<void> {
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory()) await flushTree(path);
    else if (item.isFile()) await flush(path);
  }
  await flush(folder);
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exists, flush, flushTree } from './atomic.ts';
import { explainFileError } from './errors.ts';
import { withLock, type HeldLock } from './lock.ts';

export interface PublishOptions {
  /** Whether a folder that is there already is kept; by default it is. One that is not kept is replaced. */
  keep?: (folder: string) => Promise<boolean>;
  signal?: AbortSignal | undefined;
}

/**
 * Makes the folder `target` appear whole or not at all. `fill` gets an empty staging folder beside it; when `fill` is
 * done, all is flushed to disk and renamed. Does nothing when `target` exists and is to be kept. Several processes may
 * call this at once: one fills, the others wait. What an interrupted call left is removed by the next.
 *
 * @param fill is given a signal as `withLock` gives it.
 * @throws OutsideError when the disk does not take the folder; whatever `fill` throws.
 */
export async function publishFolder(
  target: string,
  fill: (staging: string, signal: AbortSignal) => Promise<void>,
  { keep = () => Promise.resolve(true), signal }: PublishOptions = {},
): Promise<void> {
  const isDone = async (): Promise<boolean> => (await exists(target)) && (await keep(target));
  if (await isDone()) return;
  const publish = async (stopped: AbortSignal, { lost }: HeldLock): Promise<void> => {
    if (await isDone()) return;
    const parent = dirname(target);
    const prefix = `.${basename(target)}.staging-`;
    const staging = join(parent, prefix + randomUUID());
    try {
      await removeAll(parent, prefix);
      await mkdir(staging);
      await fill(staging, stopped);
      await flushTree(staging);
      stopped.throwIfAborted();
      if (await exists(target)) await rename(target, join(parent, prefix + randomUUID()));
      await rename(staging, target);
      await flush(parent);
    } catch (cause) {
      throw explainFileError(cause, 'make', target);
    } finally {
      // What cannot be removed now, the next call removes.
      if (!lost.aborted) await removeAll(parent, prefix).catch(() => undefined);
    }
  };
  await withLock(target, publish, { signal });
}

/** Under the lock nobody else's staging folder is in use. */
async function removeAll(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix))
      await rm(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

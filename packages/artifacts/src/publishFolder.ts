import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exists, flush, flushTree } from './atomic.ts';
import { explainFileError } from './errors.ts';
import { withLock, type HeldLock } from './lock.ts';

export interface PublishOptions {
  /** Whether to keep an existing folder instead of replacing it. Default: keep it. */
  keep?: (folder: string) => Promise<boolean>;
  signal?: AbortSignal | undefined;
}

/**
 * Makes the folder `target` appear completely or not at all. `fill` gets an empty staging folder beside it,
 * which is then flushed and renamed. Does nothing if `target` exists and is to be kept. If several processes
 * call this at once, one fills the folder and the others wait. Leftovers of an interrupted call are removed
 * by the next.
 *
 * @param fill is passed a signal as by `withLock`.
 * @throws OutsideError if the disk is full or fails; errors of `fill`.
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
      // The next call removes what cannot be removed now.
      if (!lost.aborted) await removeAll(parent, prefix).catch(() => undefined);
    }
  };
  await withLock(target, publish, { signal });
}

/** Safe under the lock, because no other process has a staging folder in use. */
async function removeAll(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix))
      await rm(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

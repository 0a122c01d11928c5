import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import { explainFileError } from './errors.ts';

/** A lock whose owner has not been heard of for this long is taken over. */
const staleAfterMs = 15_000;
const waitMs = 1_000;
/** Half an hour: longer than any download or compilation that another process may be at. */
const attempts = 1_800;

/**
 * Runs `work` while no other process on this machine, or on the same shared file system, runs under a lock on `path`.
 * `path` itself need not exist; the lock lies beside it as `path.lock`. A dead owner's lock is taken over.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  let release: () => Promise<void>;
  try {
    await mkdir(dirname(path), { recursive: true });
    release = await lock(path, {
      realpath: false,
      stale: staleAfterMs,
      retries: { retries: attempts, factor: 1, minTimeout: waitMs, maxTimeout: waitMs, randomize: true },
    });
  } catch (cause) {
    throw explainFileError(cause, 'lock', path);
  }
  try {
    return await work();
  } finally {
    await release();
  }
}

import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import pRetry from 'p-retry';
import { check, lock } from 'proper-lockfile';
import { ArtifactError, explainFileError } from './errors.ts';

/** A lock whose owner has not been heard of for this long is taken over; a live owner is heard of twice as often. */
const staleAfterMs = 15_000;
/** Longer than any download or compilation that another process may be at. */
const defaultPatienceMs = 30 * 60_000;

export interface LockOptions {
  /** Ends the wait for the lock. */
  signal?: AbortSignal;
  /** How long to wait for another process to let go. Default: half an hour. */
  patienceMs?: number;
}

class LockHeldError extends ArtifactError {}

/**
 * Runs `work` while no other process on this machine, or on the same shared file system, runs under a lock on `path`.
 * `path` itself need not exist; the lock lies beside it as the folder `path.lock`. A dead owner's lock is taken over.
 *
 * A process that was not heard of for 15 seconds, because it computed without a break, may lose its lock to another. Its
 * `work` learns of it by the signal it is given, and the call fails.
 *
 * @throws ArtifactError when the lock cannot be made, is held by another process for too long, or was lost.
 */
export async function withLock<T>(
  path: string,
  work: (lost: AbortSignal) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const lost = new AbortController();
  const release = await acquire(path, lost, options);
  try {
    const result = await work(lost.signal);
    lost.signal.throwIfAborted();
    return result;
  } finally {
    if (!lost.signal.aborted) await release();
  }
}

/**
 * As `withLock`, but where another process holds the lock, nothing is done and nothing returned.
 *
 * @throws ArtifactError when the lock cannot be made, or was lost.
 */
export async function tryWithLock<T>(
  path: string,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<{ result: T } | undefined> {
  return withLock(path, async (lost) => ({ result: await work(lost) }), { patienceMs: 0 }).catch(
    (error: unknown) => {
      if (error instanceof LockHeldError) return undefined;
      throw error;
    },
  );
}

/** Whether a live process holds the lock on a path. */
export const isLocked = async (path: string): Promise<boolean> =>
  (await check(path, { realpath: false, stale: staleAfterMs })) &&
  !(await isDeadFromTheFuture(`${path}.lock`));

async function acquire(
  path: string,
  lost: AbortController,
  { signal, patienceMs = defaultPatienceMs }: LockOptions,
): Promise<() => Promise<void>> {
  const onCompromised = (cause: Error): void => {
    lost.abort(
      new ArtifactError(`Lost the lock ${path}.lock to another process`, 'Run the command again.', { cause }),
    );
  };
  try {
    await mkdir(dirname(path), { recursive: true });
    return await pRetry(
      async () => {
        const folder = `${path}.lock`;
        if (await isDeadFromTheFuture(folder)) await rmdir(folder).catch(() => undefined);
        return lock(path, { realpath: false, stale: staleAfterMs, onCompromised });
      },
      {
        retries: patienceMs === 0 ? 0 : Infinity,
        maxRetryTime: patienceMs,
        minTimeout: 50,
        factor: 1.5,
        maxTimeout: 1_000,
        shouldRetry: ({ error }) => isHeld(error),
        ...(signal && { signal }),
      },
    );
  } catch (cause) {
    if (!isHeld(cause)) throw explainFileError(cause, 'lock', path);
    throw new LockHeldError(
      `Another process has held ${path}.lock for ${patienceMs / 60_000} minutes`,
      'Wait for that process or end it, then run the command again.',
      { cause },
    );
  }
}

/** Locks that say they were last held in the future, and since when this process has seen them say so. */
const fromTheFuture = new Map<string, { mtimeMs: number; since: number }>();

/**
 * Whether a lock is a dead owner's from before the machine's clock was set back: by its time it would be fresh until the clock
 * has caught up. A live owner writes the time anew within seconds, so one that stays as it is while we look on is dead.
 */
async function isDeadFromTheFuture(folder: string): Promise<boolean> {
  const mtimeMs = (await stat(folder).catch(() => undefined))?.mtimeMs;
  if (mtimeMs === undefined || mtimeMs < Date.now() + staleAfterMs) {
    fromTheFuture.delete(folder);
    return false;
  }
  const seen = fromTheFuture.get(folder);
  if (seen?.mtimeMs === mtimeMs) return performance.now() - seen.since > staleAfterMs;
  fromTheFuture.set(folder, { mtimeMs, since: performance.now() });
  return false;
}

const isHeld = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ELOCKED';

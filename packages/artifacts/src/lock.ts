import { unlinkSync } from 'node:fs';
import { mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pRetry from 'p-retry';
import { onExit } from 'signal-exit';
import { explainFileError, OutsideError } from './errors.ts';
import {
  createLockFile,
  isAbandoned,
  lockFileOf,
  removeDeadLock,
  seeLock,
  tokenIn,
  type LockOwner,
  type SeenLock,
} from './lockFile.ts';
import { signsOfLife } from './signsOfLife.ts';

/** A lock is taken over once this process has watched it for so long without a sign of life. */
const silentForMs = 15_000;
/** A lock without an owner was killed while it was made, when it stays so for so long. */
const unownedForMs = 1_000;
/** Between two looks at a lock no more than this counts as watched. */
const longestBlinkMs = 3_000;
/** Longer than any download or compilation that another process may be at. */
const defaultPatienceMs = 30 * 60_000;

export interface LockOptions {
  /** Ends the wait for the lock, and is passed on to the work under it. */
  signal?: AbortSignal | undefined;
  /** How long to wait for another process to let go. Default: half an hour. */
  patienceMs?: number;
}

/** A lock that is held, for those who work under it. */
export interface HeldLock {
  /** Aborted as soon as it is seen that another process has taken the lock over. */
  lost: AbortSignal;
  /** To be called before anything is published. @throws OutsideError when the lock is another's by now. */
  requireHeld: () => void;
}

class LockHeldError extends OutsideError {}

/**
 * Runs `work` while no other process on this machine, or on the same shared file system, runs under a lock on `path`.
 * `path` itself need not exist; the lock lies beside it as the file `path.lock`.
 *
 * A dead owner's lock is taken over: at once where the owner was a process of this system, else when no sign of life was seen
 * in it for 15 seconds. No clock is compared with another. An owner that was stopped for so long may so lose its lock; then the
 * call fails.
 *
 * @param work is given a signal that is aborted as soon as the lock is lost, or `signal` of the options is.
 * @throws OutsideError when the lock cannot be made, is held by another process for too long, or was lost.
 */
export async function withLock<T>(
  path: string,
  work: (signal: AbortSignal, held: HeldLock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  return workUnder(await acquire(path, options), work, options.signal);
}

/**
 * As `withLock`, but where another process holds the lock, nothing is done and nothing returned.
 *
 * @throws OutsideError when the lock cannot be made, or was lost.
 */
export async function tryWithLock<T>(
  path: string,
  work: (signal: AbortSignal, held: HeldLock) => Promise<T>,
): Promise<{ result: T } | undefined> {
  const taken = await acquire(path, { patienceMs: 0 }).catch((error: unknown) => {
    if (error instanceof LockHeldError) return undefined;
    throw error;
  });
  return taken && { result: await workUnder(taken, work) };
}

/**
 * Whether a process holds the lock on a path. A process of another machine counts as holding it until this process has seen
 * no sign of its life for 15 seconds.
 */
export async function isLocked(path: string): Promise<boolean> {
  const file = lockFileOf(path);
  const seen = await seeWhoseLock(file);
  return seen !== undefined && !isDead(file, seen);
}

/** Who holds the lock on a path, for messages; nothing where nobody does, or it is not known. */
export async function lockOwner(path: string): Promise<LockOwner | undefined> {
  return (await seeLock(lockFileOf(path)))?.owner;
}

interface Acquired {
  held: HeldLock;
  release: () => Promise<void>;
}

async function workUnder<T>(
  { held, release }: Acquired,
  work: (signal: AbortSignal, held: HeldLock) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    const result = await work(signal ? AbortSignal.any([held.lost, signal]) : held.lost, held);
    held.requireHeld();
    return result;
  } finally {
    await release();
  }
}

async function acquire(
  path: string,
  { signal, patienceMs = defaultPatienceMs }: LockOptions,
): Promise<Acquired> {
  const file = lockFileOf(path);
  let seen: SeenLock | undefined;
  await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
    throw explainFileError(cause, 'lock', path);
  });
  try {
    return await pRetry(
      async () => {
        seen = await seeWhoseLock(file);
        if (seen !== undefined && isDead(file, seen)) await removeDeadLock(file, seen);
        return hold(file, await createLockFile(file));
      },
      {
        retries: patienceMs === 0 ? 0 : Infinity,
        maxRetryTime: patienceMs,
        minTimeout: 50,
        factor: 1.5,
        maxTimeout: 1_000,
        shouldRetry: ({ error }) => isTaken(error),
        ...(signal && { signal }),
      },
    );
  } catch (cause) {
    if (!isTaken(cause)) throw explainFileError(cause, 'lock', path);
    const owner = seen?.owner;
    const whose = owner === undefined ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
    throw new LockHeldError(
      `${whose} has held ${file} for ${patienceMs / 60_000} minutes`,
      'Wait for that process or end it, then run the command again.',
      { cause },
    );
  }
}

function hold(file: string, { token }: LockOwner): Acquired {
  const lost = new AbortController();
  const lose = (): OutsideError => {
    const error = new OutsideError(`Lost the lock ${file} to another process`, 'Run the command again.');
    lost.abort(error);
    return error;
  };
  const endSigns = signsOfLife.begin(file, token, lose);
  const forget = onExit(() => {
    if (tokenIn(file) === token) unlinkSync(file);
  });
  return {
    held: {
      lost: lost.signal,
      requireHeld: () => {
        lost.signal.throwIfAborted();
        if (tokenIn(file) !== token) throw lose();
      },
    },
    release: async () => {
      endSigns();
      forget();
      if (tokenIn(file) === token) await unlink(file).catch(() => undefined);
    },
  };
}

/** What this process has seen of locks: since when a sign has not moved, as far as it has looked on. */
const watched = new Map<string, { sign: string; at: number; silentMs: number }>();

/** The lock as it is once it has an owner, or is known to get none. */
async function seeWhoseLock(file: string): Promise<SeenLock | undefined> {
  for (;;) {
    const seen = await seeLock(file);
    if (seen === undefined || seen.owner || seen.isFolder || isDead(file, seen)) return seen;
    await setTimeout(unownedForMs / 10);
  }
}

function isDead(file: string, seen: SeenLock): boolean {
  if (isAbandoned(seen)) return true;
  const at = performance.now();
  const before = watched.get(file);
  const isSame = before?.sign === seen.sign;
  // Where all processes were frozen for an hour, the owner was no deader than the one who looks.
  const silentMs = isSame ? before.silentMs + Math.min(at - before.at, longestBlinkMs) : 0;
  watched.set(file, { sign: seen.sign, at, silentMs });
  return silentMs > (seen.owner || seen.isFolder ? silentForMs : unownedForMs);
}

const isTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

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

/** A lock is taken over after this process has watched it for this long without a sign of life. */
const silentForMs = 15_000;
/** A lock file that stays without an owner for this long was left by a process killed while creating it. */
const unownedForMs = 1_000;
/** At most this much of the time between two looks at a lock counts as watched. */
const longestBlinkMs = 3_000;
/** Longer than any download or compilation of another process. */
const defaultPatienceMs = 30 * 60_000;

export interface LockOptions {
  /** Stops waiting for the lock, and is passed on to the work. */
  signal?: AbortSignal | undefined;
  /** How long to wait for another process. Default: half an hour. */
  patienceMs?: number;
}

/** A held lock, as passed to the work. */
export interface HeldLock {
  /** Aborted as soon as another process is found to have taken over the lock. */
  lost: AbortSignal;
  /** Must be called before anything is published. @throws OutsideError if another process has the lock. */
  requireHeld: () => void;
}

class LockHeldError extends OutsideError {}

/**
 * Runs `work` while no other process on this machine, or on the same shared file system, holds the lock on
 * `path`. `path` need not exist; the lock is the file `path.lock` beside it.
 *
 * The lock of a dead owner is taken over: at once if the owner was a process of this system, otherwise after
 * 15 seconds without a sign of life. Clocks of machines are not compared. An owner suspended for that long
 * may lose its lock, and its call then fails.
 *
 * @param work is passed a signal that is aborted when the lock is lost or `signal` is aborted.
 * @throws OutsideError if the lock cannot be created, is held by another process for too long, or was lost.
 */
export async function withLock<T>(
  path: string,
  work: (signal: AbortSignal, held: HeldLock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  return workUnder(await acquire(path, options), work, options.signal);
}

/**
 * Like `withLock`, but if another process holds the lock, does nothing and resolves to undefined.
 *
 * @throws OutsideError if the lock cannot be created, or was lost.
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
 * Whether a process holds the lock on a path. A process on another machine counts as holding it until this
 * process has seen no sign of life for 15 seconds.
 */
export async function isLocked(path: string): Promise<boolean> {
  const file = lockFileOf(path);
  const seen = await seeWhoseLock(file);
  return seen !== undefined && !isDead(file, seen);
}

/** The holder of the lock on a path, for messages; undefined if nobody holds it or the holder is unknown. */
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
    const error = new OutsideError(
      `The lock ${file} no longer belongs to this process`,
      'Run the command again.',
    );
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

/** The last sign of each watched lock, and for how long it has not changed while this process looked. */
const watched = new Map<string, { sign: string; at: number; silentMs: number }>();

/** The lock once it has an owner, or is known to get none. */
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
  // If all processes were frozen for an hour, the owner is as alive as this process.
  const silentMs = isSame ? before.silentMs + Math.min(at - before.at, longestBlinkMs) : 0;
  watched.set(file, { sign: seen.sign, at, silentMs });
  return silentMs > (seen.owner || seen.isFolder ? silentForMs : unownedForMs);
}

const isTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, lstat, rename, rmdir, unlink, writeFile } from 'node:fs/promises';
import { hasEnded, thisProcess, type ProcessIdentity } from './processIdentity.ts';
import { beatsDigits } from './signsOfLife.ts';

/**
 * The owner on the first line of a lock file. The second line is a counter that the owner keeps increasing.
 */
export interface LockOwner extends ProcessIdentity {
  /** Unique for this acquisition of the lock. */
  token: string;
}

/** A lock as seen by another process. */
export interface SeenLock {
  /** Absent if the file has no owner yet: its creator is writing it, or was killed then. */
  owner?: LockOwner;
  /** Whether it is a folder, which earlier versions used as lock. */
  isFolder?: true;
  /** Changes as long as the owner is alive. */
  sign: string;
}

export const lockFileOf = (path: string): string => `${path}.lock`;

/** Creates the lock file. @throws EEXIST if it exists. */
export async function createLockFile(file: string): Promise<LockOwner> {
  const owner = { token: randomUUID(), ...thisProcess() };
  await writeFile(file, `${JSON.stringify(owner)}\n${'0'.repeat(beatsDigits)}\n`, { flag: 'wx' });
  // If this process was suspended meanwhile, it may have been taken for dead.
  if (tokenIn(file) === owner.token) return owner;
  throw Object.assign(new Error(`another process has taken over ${file}`), { code: 'EEXIST' });
}

/**
 * The current lock file; undefined if it does not exist. It is reopened each time, so that NFS asks its
 * server.
 */
export async function seeLock(file: string): Promise<SeenLock | undefined> {
  try {
    return parsed(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EISDIR') throw error;
  }
  // Earlier versions of this program used an empty folder as lock, and kept renewing its time.
  const found = await lstat(file).catch(() => undefined);
  return found && { isFolder: true, sign: String(found.mtimeMs) };
}

/** The token in a lock file; undefined if it cannot be read. */
export function tokenIn(file: string): string | undefined {
  try {
    return parsed(readFileSync(file, 'utf8')).owner?.token;
  } catch {
    return undefined;
  }
}

/** Whether the holder of a lock is known to have ended, so that no waiting is needed. */
export const isAbandoned = ({ owner }: SeenLock): boolean => owner !== undefined && hasEnded(owner);

/** Removes the lock of a dead owner, unless another process has done so and holds it now. */
export async function removeDeadLock(file: string, dead: SeenLock): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const token = tokenIn(aside);
  if (token !== undefined && token !== dead.owner?.token) {
    // It belonged to a new owner: put it back, unless somebody else has taken its place.
    await link(aside, file).catch(() => undefined);
  }
  await unlink(aside).catch(() => rmdir(aside));
}

function parsed(text: string): SeenLock {
  try {
    const owner: unknown = JSON.parse(text.slice(0, text.indexOf('\n')));
    if (isLockOwner(owner)) return { owner, sign: text };
  } catch {
    // It is being written.
  }
  return { sign: text };
}

/** By hand: every command loads this file, and would load a library of schemas with it. */
const isLockOwner = (value: unknown): value is LockOwner =>
  typeof value === 'object' &&
  value !== null &&
  'token' in value &&
  typeof value.token === 'string' &&
  'host' in value &&
  typeof value.host === 'string' &&
  'pid' in value &&
  typeof value.pid === 'number' &&
  (!('system' in value) || typeof value.system === 'string') &&
  (!('startedAt' in value) || typeof value.startedAt === 'string');

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, lstat, rename, rmdir, unlink, writeFile } from 'node:fs/promises';
import { hasEnded, thisProcess, type ProcessIdentity } from './processIdentity.ts';
import { beatsDigits } from './signsOfLife.ts';

/** A lock is a file: who holds it on the first line, and on the second a count that its owner keeps raising. */
export interface LockOwner extends ProcessIdentity {
  /** Of this one holding of the lock. */
  token: string;
}

/** What another process can see of a lock. */
export interface SeenLock {
  /** Absent where the file does not say: its maker is just at it, or was killed there. */
  owner?: LockOwner;
  /** Whether it is the folder by which earlier versions of this program locked. */
  isFolder?: true;
  /** Changes as long as the owner is alive. */
  sign: string;
}

export const lockFileOf = (path: string): string => `${path}.lock`;

/** Makes the lock file. @throws EEXIST where there is one. */
export async function createLockFile(file: string): Promise<LockOwner> {
  const owner = { token: randomUUID(), ...thisProcess() };
  await writeFile(file, `${JSON.stringify(owner)}\n${'0'.repeat(beatsDigits)}\n`, { flag: 'wx' });
  // A process that was stopped in between may have been taken for dead.
  if (tokenIn(file) === owner.token) return owner;
  throw Object.assign(new Error(`${file} is another process’s by now`), { code: 'EEXIST' });
}

/** The lock file as it is now; nothing where there is none. Opening it anew makes NFS ask its server. */
export async function seeLock(file: string): Promise<SeenLock | undefined> {
  try {
    return parsed(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EISDIR') throw error;
  }
  // Earlier versions of this program locked by an empty folder, whose time they renewed.
  const found = await lstat(file).catch(() => undefined);
  return found && { isFolder: true, sign: String(found.mtimeMs) };
}

/** The token in a lock file; nothing where there is none to be read. */
export function tokenIn(file: string): string | undefined {
  try {
    return parsed(readFileSync(file, 'utf8')).owner?.token;
  } catch {
    return undefined;
  }
}

/** Whether the process that holds a lock is known to have ended, without waiting for a sign of it. */
export const isAbandoned = ({ owner }: SeenLock): boolean => owner !== undefined && hasEnded(owner);

/** Removes the lock of an owner that is dead, unless somebody else has done so and holds it by now. */
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
    // It was a new owner's: give it back, where nobody has taken its place.
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

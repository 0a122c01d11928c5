import type { Stats } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifAny, OutsideError } from '@bit-repro/artifacts';

/**
 * Why another user, other than root, could replace a library of an installation with their own; nothing when
 * none can. Checks the cache folder, `engine/` in it, and the whole installation, as far as they exist, but
 * not the permissions of the folders above the cache.
 *
 * @throws OutsideError when they cannot be examined.
 */
export async function otherHands(
  cacheRoot: string,
  installationFolder: string,
): Promise<OutsideError | undefined> {
  const above = [...new Set([cacheRoot, dirname(installationFolder)])];
  for (const path of above) {
    const stats = await ifAny(path, (one) => lstat(one));
    // In a sticky folder, nobody can rename the files of others.
    const access = stats && (isSticky(stats) ? foreignOwner(stats) : foreignAccess(stats));
    if (access !== undefined) return replaceable(path, access, cacheRoot);
  }
  return accessWithin(installationFolder, cacheRoot);
}

async function accessWithin(path: string, cacheRoot: string): Promise<OutsideError | undefined> {
  const stats = await ifAny(path, (one) => lstat(one));
  if (stats === undefined) return undefined;
  const access = foreignAccess(stats);
  if (access !== undefined) return replaceable(path, access, cacheRoot);
  if (!stats.isDirectory()) return undefined;
  for (const name of (await ifAny(path, (one) => readdir(one))) ?? []) {
    // A lock, or a folder that another process is creating: nothing is loaded from there.
    if (name.startsWith('.') || name.endsWith('.lock')) continue;
    const problem = await accessWithin(join(path, name), cacheRoot);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const isSticky = ({ mode }: Stats): boolean => (mode & 0o1000) !== 0;

function foreignOwner({ uid }: Stats): string | undefined {
  const isOurs = uid === 0 || uid === process.geteuid?.();
  return isOurs ? undefined : `belongs to another user (number ${uid})`;
}

function foreignAccess(stats: Stats): string | undefined {
  const { mode, gid } = stats;
  // The mode of a link is meaningless.
  if (stats.isSymbolicLink()) return foreignOwner(stats);
  const writableByAll = (mode & 0o002) !== 0 ? 'can be written by every user' : undefined;
  // Where users have private groups, the group has the user's number.
  const isPrivateGroup = gid === 0 || gid === process.geteuid?.();
  const writableByGroup =
    (mode & 0o020) !== 0 && !isPrivateGroup ? `can be written by group ${gid}` : undefined;
  return foreignOwner(stats) ?? writableByAll ?? writableByGroup;
}

const replaceable = (path: string, access: string, cacheRoot: string): OutsideError =>
  new OutsideError(
    `Another user could replace TensorFlow’s libraries: ${path} ${access}`,
    `If you trust the current files, run \`chmod -R go-w ${cacheRoot}\` as their owner; otherwise set BIT_REPRO_CACHE to a folder that only you, or root, can write to.`,
  );

/** Removes write permission from everyone but the owner, whatever the umask. */
export async function withdrawFromOthers(path: string): Promise<void> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return;
  await chmod(path, stats.mode & 0o7777 & ~0o022);
  if (!stats.isDirectory()) return;
  for (const name of await readdir(path)) await withdrawFromOthers(join(path, name));
}

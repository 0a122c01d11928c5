import type { Stats } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifAny, OutsideError } from '@bit-repro/artifacts';

/**
 * Why another user, other than root, could put a library of theirs in the place of one in an installation; nothing where none
 * can. The cache's folder, `engine/` in it, and all of the installation are looked at, as far as they are there. What the
 * folders above let others do is left to whoever made them.
 *
 * @throws OutsideError when they cannot be looked at.
 */
export async function otherHands(
  cacheRoot: string,
  installationFolder: string,
): Promise<OutsideError | undefined> {
  const above = [...new Set([cacheRoot, dirname(installationFolder)])];
  for (const path of above) {
    const stats = await ifAny(path, (one) => lstat(one));
    // In a sticky folder nobody renames what belongs to another.
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
    // A lock, or what another process is making: nothing is loaded from there.
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
  // The mode of a link says nothing.
  if (stats.isSymbolicLink()) return foreignOwner(stats);
  const writableByAll = (mode & 0o002) !== 0 ? 'can be written by every user' : undefined;
  // Where users have a group of their own, it has their number.
  const isPrivateGroup = gid === 0 || gid === process.geteuid?.();
  const writableByGroup =
    (mode & 0o020) !== 0 && !isPrivateGroup ? `can be written by group ${gid}` : undefined;
  return foreignOwner(stats) ?? writableByAll ?? writableByGroup;
}

const replaceable = (path: string, access: string, cacheRoot: string): OutsideError =>
  new OutsideError(
    `Another user could replace TensorFlow’s libraries: ${path} ${access}`,
    `If you trust what lies there now, \`chmod -R go-w ${cacheRoot}\` as its owner; else point BIT_REPRO_CACHE at a folder that only you, or root, can write.`,
  );

/** Takes the right to write away from all but the owner, whatever the umask left them. */
export async function withdrawFromOthers(path: string): Promise<void> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return;
  await chmod(path, stats.mode & 0o7777 & ~0o022);
  if (!stats.isDirectory()) return;
  for (const name of await readdir(path)) await withdrawFromOthers(join(path, name));
}

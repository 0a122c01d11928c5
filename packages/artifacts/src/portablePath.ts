import { existsSync, realpathSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { workspaceRoot } from './workspace.ts';

/** Private folders of this machine, which must not appear in stored files. */
export interface Places {
  workspace: string;
  /** All paths of this user's home folder, the current one first. */
  homes: readonly string[];
}

/** The private folders of this process. The root of the file system does not count as a home folder. */
export function placesHere(): Places {
  const user = attempt(() => userInfo());
  const names = user === undefined ? [] : [`/home/${user.username}`, `/Users/${user.username}`, user.homedir];
  const home = attempt(() => homedir());
  const homes = [home, home && attempt(() => realpathSync(home)), ...names].flatMap((folder) =>
    folder === undefined || resolve(folder) === '/' || folder === '' ? [] : [resolve(folder)],
  );
  return { workspace: resolve(workspaceRoot), homes: [...new Set(homes)] };
}

/**
 * An absolute path as stored in files: relative to the workspace if inside it, `~/...` if inside the home
 * folder, otherwise unchanged.
 */
export function portablePath(path: string, { workspace, homes }: Places = placesHere()): string {
  const inside = within(workspace, path);
  if (inside !== undefined) return inside.startsWith('~') ? `./${inside}` : inside;
  const belowHome = homes.map((home) => within(home, path)).find((below) => below !== undefined);
  return belowHome === undefined ? path : join('~', belowHome);
}

/** The absolute path on this machine for one written by `portablePath`. */
export function localPath(written: string, { workspace, homes }: Places = placesHere()): string {
  if (!/^~(?:\/|$)/.test(written)) return resolve(workspace, written);
  const candidates = homes.map((home) => join(home, written.slice(1)));
  return candidates.find((candidate) => existsSync(candidate)) ?? candidates[0] ?? resolve(written);
}

/** Replaces the path of the workspace by `.` and those of the home folder by `~` in a text. */
export function withoutPlaces(text: string, { workspace, homes }: Places = placesHere()): string {
  return [workspace, ...homes]
    .map((folder) => ({ folder, short: folder === workspace ? '.' : '~' }))
    .sort((one, other) => other.folder.length - one.folder.length)
    .reduce((rest, { folder, short }) => rest.replace(patternOf(folder), short), text);
}

/** A folder such as /root may also be part of other paths; one with a user's name is private everywhere. */
function patternOf(folder: string): RegExp {
  const escaped = folder.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const isTop = folder.lastIndexOf('/') === 0;
  return new RegExp(isTop ? `(?<![\\w.)\\]}~-])${escaped}(?![\\w-]|\\.\\w)` : `${escaped}(?![\\w-])`, 'g');
}

function within(folder: string, path: string): string | undefined {
  const below = relative(folder, path);
  return below === '..' || below.startsWith('../') ? undefined : below;
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    // The user has no entry in the system's user database, or the home folder does not exist.
    return undefined;
  }
}

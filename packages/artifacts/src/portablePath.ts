import { existsSync, realpathSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { workspaceRoot } from './workspace.ts';

/** Folders of this machine that nobody else needs to know: no path leads out of the store through them. */
export interface Places {
  workspace: string;
  /** All that go for the home of this user, the one in use first. */
  homes: readonly string[];
}

/** The places of this process. A home that is the root of the file system is none. */
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
 * How an absolute path is written where others read it: relative to the workspace inside it, `~/...` inside the home folder,
 * as it is elsewhere.
 */
export function portablePath(path: string, { workspace, homes }: Places = placesHere()): string {
  const inside = within(workspace, path);
  if (inside !== undefined) return inside.startsWith('~') ? `./${inside}` : inside;
  const belowHome = homes.map((home) => within(home, path)).find((below) => below !== undefined);
  return belowHome === undefined ? path : join('~', belowHome);
}

/** The absolute path that `portablePath` wrote, on this machine. */
export function localPath(written: string, { workspace, homes }: Places = placesHere()): string {
  if (!/^~(?:\/|$)/.test(written)) return resolve(workspace, written);
  const candidates = homes.map((home) => join(home, written.slice(1)));
  return candidates.find((candidate) => existsSync(candidate)) ?? candidates[0] ?? resolve(written);
}

/** A text with the paths of the workspace as `.` and those of the home folder as `~`. */
export function withoutPlaces(text: string, { workspace, homes }: Places = placesHere()): string {
  return [workspace, ...homes]
    .map((folder) => ({ folder, short: folder === workspace ? '.' : '~' }))
    .sort((one, other) => other.folder.length - one.folder.length)
    .reduce((rest, { folder, short }) => rest.replace(patternOf(folder), short), text);
}

/** A folder such as /root is part of other paths, too; one that names a user is private wherever it stands. */
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
    // A user without an entry in the system's list, a home that is not there.
    return undefined;
  }
}

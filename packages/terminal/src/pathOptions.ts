import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';

/** A path that a person typed: it is relative to where they are, and `~` is their home also where no shell has seen to it. */
export const typedPath = (written: string): string =>
  /^~(?:\/|$)/.test(written) ? join(home(), written.slice(1)) : written;

function home(): string {
  try {
    return homedir();
  } catch {
    throw new InvalidArgumentError(
      'Expected a home folder for `~`, found that this user has none: write the path in full.',
    );
  }
}

/** The same for an argument that may be repeated. */
export const typedPaths = (written: string, before: readonly string[] = []): string[] => [
  ...before,
  typedPath(written),
];

/** An option that names a folder; by default one of this project, wherever the command is given. */
export const folderOption = (flags: string, description: string, folder: string): Option =>
  new Option(flags, description).argParser(typedPath).default(folder, `${basename(folder)}, in this project`);

import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { isPacked } from '@bit-repro/artifacts';

/** A path as the user typed it, with a leading `~` expanded even if no shell has done so. */
export const typedPath = (written: string): string =>
  /^~(?:\/|$)/.test(written) ? join(home(), written.slice(1)) : written;

function home(): string {
  try {
    return homedir();
  } catch {
    throw new InvalidArgumentError(
      'Cannot expand `~`: this user has no home folder. Write the path in full.',
    );
  }
}

/** Parses a path argument that may be repeated. */
export const typedPaths = (written: string, before: readonly string[] = []): string[] => [
  ...before,
  typedPath(written),
];

/** An option that names a folder. The default belongs to this project, which without a clone is the current folder. */
export const folderOption = <Flags extends string>(flags: Flags, description: string, folder: string) =>
  new Option(flags, description)
    .argParser(typedPath)
    .default(folder, `${basename(folder)}, in ${isPacked ? 'the current folder' : 'this project'}`);

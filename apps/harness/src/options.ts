import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { launcherNames } from './launchers.ts';
import { projectRuns, workspaceRoot } from './workspace.ts';

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
const folderOption = (flags: string, description: string, folder: string): Option =>
  new Option(flags, description).argParser(typedPath).default(folder, `${basename(folder)}, in this project`);

export const runsOption = (): Option => folderOption('--runs <folder>', 'the run store', projectRuns);

export const reportsOption = (description = 'where reports go'): Option =>
  folderOption('--reports <folder>', description, join(workspaceRoot, 'reports'));

export const distillationsOption = (): Option =>
  folderOption('--runs <folder>', 'where distillations are kept', join(workspaceRoot, 'upstream-runs'));

/** Options of every command that takes an experiment. */
export const profileOption = [
  '--profile <name>',
  'paper, embedded, or auto: what this machine can do',
  'auto',
] as const;

export const setOption: [string, string, (one: string, all: string[]) => string[], string[]] = [
  '--set <key=value>',
  'lay a value over the experiment, for example arms.0.baseLr=0.002; may be repeated',
  (one, all) => [...all, one],
  [],
];

/** For which machines an experiment's runs are: that decides their keys. */
export const launcherOption = (): Option =>
  new Option('--launcher <name>', 'where runs go: this machine, or a cluster')
    .choices(launcherNames)
    .default(launcherNames[0]);

export const checkpointOption: [string, string, (written: string) => number, number] = [
  '--checkpoint-every <seconds>',
  'how much work a crash may cost',
  (written) => {
    const seconds = Number(written);
    if (!(seconds >= 0)) throw new InvalidArgumentError('Expected a number of seconds.');
    return seconds;
  },
  300,
];

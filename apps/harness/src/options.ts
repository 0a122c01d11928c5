import { join } from 'node:path';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { folderOption } from '@bit-repro/terminal';
import { launcherNames } from './launchers.ts';
import { projectRuns, workspaceRoot } from '@bit-repro/artifacts';

export const runsOption = () => folderOption('--runs <folder>', 'the run store', projectRuns);

export const reportsOption = (description = 'where reports go') =>
  folderOption('--reports <folder>', description, join(workspaceRoot, 'reports'));

/** Options of every command that takes an experiment. */
export const profileOption = [
  '--profile <name>',
  'paper, embedded, or auto: what this machine can do',
  'auto',
] as const;

export const setOption = [
  '--set <key=value>',
  'lay a value over the experiment, for example arms.0.baseLr=0.002; may be repeated',
  (one: string, all: string[]): string[] => [...all, one],
  [] as string[],
] as const;

/** For which machines an experiment's runs are: that decides their keys. */
export const launcherOption = () =>
  new Option('--launcher <name>', 'where runs go: this machine, or a cluster')
    .choices(launcherNames)
    .default(launcherNames[0]);

export const checkpointOption = [
  '--checkpoint-every <seconds>',
  'how much work a crash may cost',
  (written: string): number => {
    const seconds = Number(written);
    if (!(seconds >= 0)) throw new InvalidArgumentError('Expected a number of seconds.');
    return seconds;
  },
  300,
] as const;

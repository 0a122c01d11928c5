import { join } from 'node:path';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { folderOption } from '@bit-repro/terminal';
import { launcherNames } from './launchers.ts';
import { projectFolder, projectRuns } from '@bit-repro/artifacts';

export const runsOption = () => folderOption('--runs <folder>', 'the run store', projectRuns);

export const reportsOption = (description = 'folder for reports') =>
  folderOption('--reports <folder>', description, join(projectFolder, 'reports'));

/** Of every command that shows something. */
export const jsonOption = ['--json', 'print one JSON value (docs/command-line.md)', false] as const;

/** Options of every command that takes an experiment. */
export const profileOption = [
  '--profile <name>',
  'paper, embedded, or auto for the first that fits this machine',
  'auto',
] as const;

export const setOption = [
  '--set <key=value>',
  'override a value of the experiment, for example arms.0.baseLr=0.002; repeatable',
  (one: string, all: string[]): string[] => [...all, one],
  [] as string[],
] as const;

/** Selects the machines that an experiment's runs are for, which is part of their keys. */
export const launcherOption = () =>
  new Option('--launcher <name>', 'where to run: this machine or a cluster')
    .choices(launcherNames)
    .default(launcherNames[0]);

export const checkpointOption = [
  '--checkpoint-every <seconds>',
  'maximum work that a crash loses',
  (written: string): number => {
    const seconds = Number(written);
    if (!(seconds >= 0)) throw new InvalidArgumentError('Expected a number of seconds.');
    return seconds;
  },
  300,
] as const;

/** Reads an option that is a whole number, at least `least`. */
export const wholeNumber =
  (least: number) =>
  (written: string): number => {
    const number = Number(written);
    if (!Number.isSafeInteger(number) || number < least || written.trim() === '') {
      throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
    }
    return number;
  };

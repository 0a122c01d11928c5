import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { workspaceRoot } from '@bit-repro/artifacts';
import { typedPath } from '@bit-repro/terminal';

const folder = join(workspaceRoot, 'configs');

/** The experiments that come with this program, by name. */
export const shippedConfigs = (): Map<string, string> =>
  new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .sort()
      .map((file) => [basename(file, '.yaml'), join(folder, file)]),
  );

/** An experiment as the user typed it: a file, or else the name of one that comes with this program. */
export function typedConfig(written: string): string {
  const path = typedPath(written);
  const shipped = existsSync(path) ? undefined : shippedConfigs().get(written);
  return shipped === undefined ? path : relative('.', shipped);
}

/** Parses an argument for experiments that may be repeated. */
export const typedConfigs = (written: string, before: readonly string[] = []): string[] => [
  ...before,
  typedConfig(written),
];

/** An experiment instead of a command is run: `bit-repro fig6` is `bit-repro run fig6`. */
export function runByName(
  words: readonly string[],
  { commands }: Pick<Command, 'commands'>,
): readonly string[] {
  const first = words.find((word) => !word.startsWith('-'));
  const isCommand = first === undefined || first === 'help' || commands.some((one) => one.name() === first);
  return isCommand || !shippedConfigs().has(first) ? words : ['run', ...words];
}

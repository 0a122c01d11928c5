import { exitCodes } from '@bit-repro/artifacts';
import { aspects, compareRuns, inspect } from '@bit-repro/runs';
import { printJson, type CommandContext, tableLines } from '@bit-repro/terminal';
import { diffSets } from './diffSets.ts';
import { kindOf } from './namedRuns.ts';
import { folderOfRun, openStore, type StoreOptions } from './openStore.ts';
import type { ExperimentOptions } from './planOf.ts';

export interface DiffOptions extends StoreOptions, ExperimentOptions {
  /** Of two runs: include what is equal. */
  all: boolean;
}

/**
 * Prints how two things differ: two runs file by file, in whatever state they are, and experiments, reports and archives by their arms. What
 * differs is no failure.
 */
export async function diff(
  named: readonly [string, string],
  options: DiffOptions,
  context: CommandContext,
): Promise<number> {
  const kinds = await Promise.all(named.map(kindOf));
  if (kinds.every((kind) => kind === 'run')) await diffRuns(named, options, context);
  else await diffSets(named, options, context);
  return exitCodes.done;
}

async function diffRuns(
  named: readonly [string, string],
  options: DiffOptions,
  { print }: CommandContext,
): Promise<void> {
  const store = openStore(options);
  const [one, other] = await Promise.all(named.map(async (name) => inspect(await folderOfRun(store, name))));
  const differences = compareRuns(one!, other!, { all: options.all });
  if (options.json) {
    printJson(print, Object.fromEntries(differences.map(({ key, values }) => [key, values])));
  } else if (differences.length === 0) {
    print('The two runs are identical.');
  } else {
    const cell = (value: unknown): unknown => (value === undefined ? '-' : value);
    const rows = aspects.flatMap((aspect) => {
      const ofAspect = differences.filter((difference) => difference.aspect === aspect);
      const cells = ofAspect.map(({ key, values: [left, right] }) => [`  ${key}`, cell(left), cell(right)]);
      return cells.length === 0 ? [] : [[aspect], ...cells];
    });
    for (const line of tableLines([['', one!.id, other!.id], ...rows])) print(line);
  }
}

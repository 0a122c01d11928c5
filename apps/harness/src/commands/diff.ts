import { compareRuns, inspect } from '@bit-repro/runs';
import { exitCodes } from '@bit-repro/artifacts';
import { printJson, type CommandContext, tableLines } from '@bit-repro/terminal';
import { folderOfRun, openStore, type StoreOptions } from './openStore.ts';

export interface DiffOptions extends StoreOptions {
  all: boolean;
}

/** Prints two runs side by side: the differences, or everything with `all`. */
export async function diffRuns(
  named: readonly [string, string],
  options: DiffOptions,
  { print }: CommandContext,
): Promise<number> {
  const store = openStore(options);
  const [one, other] = await Promise.all(named.map(async (name) => inspect(await folderOfRun(store, name))));
  const differences = compareRuns(one!, other!, { all: options.all });
  if (options.json) {
    printJson(print, Object.fromEntries(differences.map(({ key, values }) => [key, values])));
  } else if (differences.length === 0) {
    print('The two runs are identical.');
  } else {
    const cell = (value: unknown): unknown => (value === undefined ? '-' : value);
    const rows = differences.map(({ key, values: [left, right] }) => [key, cell(left), cell(right)]);
    for (const line of tableLines([['', one!.id, other!.id], ...rows])) print(line);
  }
  return exitCodes.done;
}

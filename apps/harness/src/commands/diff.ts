import { isDeepStrictEqual } from 'node:util';
import { inspect, type InspectedRun } from '@bit-repro/runs';
import { exitCodes } from '@bit-repro/artifacts';
import { printJson, type CommandContext, tableLines } from '@bit-repro/terminal';
import { flatten } from './flatten.ts';
import { folderOfRun, openStore, type StoreOptions } from './openStore.ts';

export interface DiffOptions extends StoreOptions {
  all: boolean;
}

/** A value of two runs; absent where a run has none. */
interface Difference {
  key: string;
  values: [unknown, unknown];
}

/** Prints two runs side by side: what differs, or with `all` everything. */
export async function diffRuns(
  named: readonly [string, string],
  options: DiffOptions,
  { print }: CommandContext,
): Promise<number> {
  const store = openStore(options);
  const [one, other] = await Promise.all(named.map(async (name) => inspect(await folderOfRun(store, name))));
  const differences = compare(one!, other!, options.all);
  if (options.json) {
    printJson(print, Object.fromEntries(differences.map(({ key, values }) => [key, values])));
  } else if (differences.length === 0) {
    print('The two runs are the same in everything.');
  } else {
    const cell = (value: unknown): unknown => (value === undefined ? '-' : value);
    const rows = differences.map(({ key, values: [left, right] }) => [key, cell(left), cell(right)]);
    for (const line of tableLines([['', one!.id, other!.id], ...rows])) print(line);
  }
  return exitCodes.done;
}

function compare(one: InspectedRun, other: InspectedRun, all: boolean): Difference[] {
  const [left, right] = [one, other].map(({ state, contents: { result, spec, provenance, timing, error } }) =>
    flatten({ state, result, spec, provenance, timing, error }),
  ) as [Map<string, unknown>, Map<string, unknown>];
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys]
    .map((key): Difference => ({ key, values: [left.get(key), right.get(key)] }))
    .filter(({ values: [a, b] }) => a !== undefined || b !== undefined)
    .filter(({ values: [a, b] }) => all || !isDeepStrictEqual(a, b));
}

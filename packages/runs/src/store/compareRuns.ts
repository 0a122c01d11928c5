import { isDeepStrictEqual } from 'node:util';
import { flatten } from './flatten.ts';
import type { InspectedRun } from './inspect.ts';

/** A value in two runs; undefined if a run lacks it. */
export interface Difference {
  key: string;
  values: [unknown, unknown];
}

/** The values that differ between two runs, or with `all` every value. */
export function compareRuns(one: InspectedRun, other: InspectedRun, { all }: { all: boolean }): Difference[] {
  const [left, right] = [one, other].map(({ state, contents: { result, spec, provenance, timing, error } }) =>
    flatten({ state, result, spec, provenance, timing, error }),
  ) as [Map<string, unknown>, Map<string, unknown>];
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys]
    .map((key): Difference => ({ key, values: [left.get(key), right.get(key)] }))
    .filter(({ values: [a, b] }) => a !== undefined || b !== undefined)
    .filter(({ values: [a, b] }) => all || !isDeepStrictEqual(a, b));
}

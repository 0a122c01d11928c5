import { isDeepStrictEqual } from 'node:util';
import { flatten } from '../store/flatten.ts';
import type { InspectedRun } from '../store/inspect.ts';
import { aspectOf, aspects, type Aspect } from './aspects.ts';

/** A value in two runs; undefined if a run lacks it. */
export interface Difference {
  aspect: Aspect;
  key: string;
  values: [unknown, unknown];
}

/** The values that differ between two runs, or with `all` every value: settings first, timing last. */
export function compareRuns(one: InspectedRun, other: InspectedRun, { all }: { all: boolean }): Difference[] {
  const [left, right] = [one, other].map(({ state, contents: { result, spec, provenance, timing, error } }) =>
    flatten({ state, result, spec, provenance, timing, error }),
  ) as [Map<string, unknown>, Map<string, unknown>];
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys]
    .map((key): Difference => ({ aspect: aspectOf(key), key, values: [left.get(key), right.get(key)] }))
    .filter(({ values: [a, b] }) => a !== undefined || b !== undefined)
    .filter(({ values: [a, b] }) => all || !isDeepStrictEqual(a, b))
    .sort((a, b) => aspects.indexOf(a.aspect) - aspects.indexOf(b.aspect));
}

import { isDeepStrictEqual } from 'node:util';
import { aspectOf, type Aspect } from './aspects.ts';
import { circumstancesOf, fieldsOf } from './fieldsOf.ts';
import type { Group } from './pairGroups.ts';

/** A field that differs between the groups of some pairs. */
export interface FieldDifference {
  aspect: Aspect;
  key: string;
  /** The distinct values on each side; none where no run has the field. */
  values: [unknown[], unknown[]];
  /** The pairs, by their places. */
  pairs: number[];
}

/** The fields that differ between paired groups, but for their seeds; pairs with the same difference are told together. */
export function differingFields(pairs: readonly (readonly [Group, Group])[]): FieldDifference[] {
  const found: FieldDifference[] = [];
  pairs.forEach(([one, other], pair) => {
    const [left, right] = [valuesOf(one), valuesOf(other)];
    for (const key of new Set([...left.keys(), ...right.keys()])) {
      const values: FieldDifference['values'] = [left.get(key) ?? [], right.get(key) ?? []];
      if (isDeepStrictEqual(...values)) continue;
      if (!isKnown(key, values[0], one) || !isKnown(key, values[1], other)) continue;
      const same = found.find((known) => known.key === key && isDeepStrictEqual(known.values, values));
      if (same === undefined) found.push({ aspect: aspectOf(key), key, values, pairs: [pair] });
      else same.pairs.push(pair);
    }
  });
  return found;
}

/** The distinct values of a group’s runs by field, in the order of their JSON. */
function valuesOf({ runs }: Group): Map<string, unknown[]> {
  const all = new Map<string, Map<string, unknown>>();
  for (const { spec, record } of runs) {
    const fields = [...fieldsOf(spec), ...(record === undefined ? [] : circumstancesOf(record))];
    for (const [key, value] of fields) {
      if (key === 'settings.seed' || value === undefined) continue;
      const values = all.get(key) ?? new Map<string, unknown>();
      all.set(key, values.set(JSON.stringify(value), value));
    }
  }
  const inOrder = (values: Map<string, unknown>): unknown[] =>
    [...values].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
  return new Map([...all].map(([key, values]) => [key, inOrder(values)]));
}

/**
 * Whether the values of a group are known: nobody has made the runs of a plan, and where a checksum is missing, nobody has fetched what it
 * is of.
 */
const isKnown = (key: string, values: readonly unknown[], { runs }: Group): boolean =>
  runs.some(({ record }) => record !== undefined) ||
  !(/^(git|versions|engineSha256|host)\b/.test(key) || (values.length === 0 && /\bsha/.test(key)));

import type { RunSpec } from '../store/records.ts';
import type { RunSummary } from '../store/summary.ts';
import type { Difference } from './compareRuns.ts';
import { aspectOf, aspects } from './aspects.ts';
import { fieldsOf } from './fieldsOf.ts';

type DoneRun = Extract<RunSummary, { state: 'done' }>;

/** The finished run whose settings differ the least, and how. */
export interface Nearest {
  run: DoneRun;
  /** The value of the finished run, then that of the other. */
  differences: Difference[];
}

/**
 * Finds of each run the finished one that differs from it in the fewest fields; of several such, the latest.
 *
 * @returns undefined for every run if none is finished.
 */
export function nearestAmong(runs: readonly RunSummary[]): (spec: RunSpec) => Nearest | undefined {
  const known = runs
    .filter((run) => run.state === 'done')
    .sort((one, other) => (one.timing.finishedAt < other.timing.finishedAt ? 1 : -1))
    .map((run) => ({ run, fields: fieldsOf(run.spec), json: inJson(fieldsOf(run.spec)) }));
  return (spec) => {
    const fields = fieldsOf(spec);
    const json = inJson(fields);
    let nearest: { of: (typeof known)[number]; keys: string[] } | undefined;
    for (const candidate of known) {
      const keys = differing(candidate.json, json);
      if (nearest === undefined || keys.length < nearest.keys.length) nearest = { of: candidate, keys };
    }
    if (nearest === undefined) return undefined;
    const { of, keys } = nearest;
    const differences = keys
      .map((key): Difference => ({
        aspect: aspectOf(key),
        key,
        values: [of.fields.get(key), fields.get(key)],
      }))
      .sort((one, other) => aspects.indexOf(one.aspect) - aspects.indexOf(other.aspect));
    return { run: of.run, differences };
  };
}

/** Compared as often as there are pairs of runs. */
const inJson = (fields: ReadonlyMap<string, unknown>): Map<string, string | undefined> =>
  new Map([...fields].map(([key, value]) => [key, JSON.stringify(value)]));

const differing = (
  one: ReadonlyMap<string, string | undefined>,
  other: ReadonlyMap<string, string | undefined>,
): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter(
    (key) => one.get(key) !== other.get(key) && !isDisplayed(key) && !isUnfetched(key, other),
  );

/** What is only displayed is no part of a run’s key. */
const isDisplayed = (key: string): boolean =>
  /^(weights\.(title|path|repository)|dataset\.(title|folder|archiveMd5))$/.test(key);

/** A checksum that is not known yet may be the same. */
const isUnfetched = (key: string, planned: ReadonlyMap<string, unknown>): boolean =>
  /\bsha/.test(key) && !planned.has(key);

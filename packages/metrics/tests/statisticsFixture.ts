import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Claim, Decided, Interval, Refusal, Scenario } from '../src/index.ts';

interface Pairs {
  name: string;
  one: number[];
  other: number[];
}

/** Computed by SciPy and statsmodels; see tools/reference/make_statistics_fixtures.py. */
export const fixture = JSON.parse(
  readFileSync(new URL('fixtures/statistics.json', import.meta.url), 'utf8'),
) as {
  intervals: {
    name: string;
    values: number[];
    level: number;
    mean: [number, number];
    median: [number, number] | null;
    bootstrap: Record<string, [number, number]>;
  }[];
  deviations: { name: string; values: number[]; level: number; interval: [number, number] }[];
  signFlips: { name: string; differences: number[]; p: number }[];
  mannWhitneys: (Pairs & { p: number })[];
  holms: { p: number[]; adjusted: number[] }[];
  differences: {
    name: string;
    values: number[];
    claim: Claim;
    alpha: number;
    value: number;
    low: number;
    high: number;
    /** None where the single published runs are not known. */
    equalSpreadP: number | null;
  }[];
  shifts: (Pairs & {
    alpha: number;
    interval: [number, number] | null;
    value?: number;
    coverage?: number | null;
  })[];
  leastMargins: {
    claim: Claim;
    standardDeviation: number;
    alpha: number;
    /** None stands for infinitely many. */
    runs: number | null;
    margin: number;
    power: number;
  }[];
  mediansWithin: {
    name: string;
    values: number[];
    of: number;
    distance: number;
    pWithin: number;
    pOutside: number;
  }[];
  operating: (Scenario & { replications: number; decided: Decided[] })[];
  medianVariances: number[];
};

/** The five dots of BiT-M-R50x3 at 1 shot, with the margin of configs/fig6.yaml. */
export const oneShot: Claim = {
  statistic: 'median',
  value: 52.4,
  n: 5,
  runs: [47.9, 50, 52.4, 52.7, 58.6],
  readingError: 0.3,
  margin: 6.1,
};

export const expectClose = (found: number, expected: number): void => {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
};

/** What is not refused. */
export function given<T extends { kind: string }>(found: T | Refusal): Exclude<T, Refusal> {
  if (found.kind === 'refused') throw new Error(JSON.stringify(found));
  return found as Exclude<T, Refusal>;
}

export const expectInterval = (found: Interval | Refusal, [low, high]: [number, number]): void => {
  const interval = given(found);
  expectClose(interval.low, low);
  expectClose(interval.high, high);
};

export const values = (options: { minLength: number; maxLength?: number }): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 12, ...options });

/** Accuracies of runs, in percent, that are not all equal. */
export const runs = (options: { minLength: number; maxLength?: number }): fc.Arbitrary<number[]> =>
  values(options)
    .filter((sample) => new Set(sample).size > 1)
    .map((sample) => sample.map((value) => value / 100));

export const notFinite = [NaN, Infinity, -Infinity];
export const noTails = [0, 0.5, 1, -0.1, NaN, Infinity];

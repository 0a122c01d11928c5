import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrapInterval,
  holm,
  judge,
  mannWhitneyTest,
  meanInterval,
  medianInterval,
  UnusableNumbersError,
  pairedDifferences,
  runsNeeded,
  signFlipTest,
  type Claim,
} from '../src/index.ts';
import { chanceToSettle } from '../src/runsNeeded.ts';

interface IntervalCase {
  name: string;
  values: number[];
  level: number;
  mean: [number, number];
  median: [number, number] | null;
  bootstrap: Record<string, [number, number]>;
}
const fixture = JSON.parse(readFileSync(new URL('fixtures/statistics.json', import.meta.url), 'utf8')) as {
  intervals: IntervalCase[];
  signFlips: { name: string; differences: number[]; p: number }[];
  mannWhitneys: { name: string; one: number[]; other: number[]; p: number }[];
  holms: { p: number[]; adjusted: number[] }[];
  equivalences: { name: string; values: number[]; claim: Claim; pEquivalence: number; pDifference: number }[];
  chances: {
    runs: number;
    median: number;
    standardDeviation: number;
    claim: Claim;
    alpha: number;
    chance: number;
  }[];
};

const noChance = (): number => {
  throw new Error('Expected nothing to be drawn');
};
const expectClose = (found: number, expected: number): void => {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
};
const expectInterval = (found: ReturnType<typeof meanInterval>, [low, high]: [number, number]): void => {
  if (found.kind === 'refused') throw new Error(found.reason);
  expectClose(found.low, low);
  expectClose(found.high, high);
};
const values = (options: { minLength: number; maxLength?: number }): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 12, ...options });

describe.each(fixture.intervals)('intervals compared with SciPy ($name)', (expected) => {
  const { level } = expected;
  it('have the same t interval of the mean', () => {
    expectInterval(meanInterval(expected.values, level), expected.mean);
  });
  it('have the same interval of the median, or none', () => {
    const found = medianInterval(expected.values, level);
    if (expected.median === null) expect(found.kind).toBe('refused');
    else expectInterval(found, expected.median);
  });
  it.each(Object.entries(expected.bootstrap))(
    'have the same bootstrap interval of the %s',
    (name, interval) => {
      const statistic = name as 'mean' | 'median';
      expectInterval(bootstrapInterval(expected.values, statistic, level, noChance), interval);
    },
  );
});

describe('medianInterval', () => {
  it('refuses too few values, and says how many are enough', () => {
    expect(medianInterval([1, 2, 3, 4, 5], 0.95)).toEqual({
      kind: 'refused',
      reason: '5 values cannot give a 95 % interval of the median; 6 would',
    });
  });
  it('gives its exact coverage', () => {
    expect(medianInterval([1, 2, 3, 4, 5], 0.9)).toMatchObject({ low: 1, high: 5, coverage: 0.9375 });
  });
});

describe('bootstrapInterval', () => {
  it('draws for nine or more values, within their range', () => {
    let drawn = 0;
    const sample = [5, 1, 4, 2, 8, 6, 9, 7, 3];
    const found = bootstrapInterval(sample, 'median', 0.95, (bound) => (drawn += 7) % bound);
    expect(drawn).toBe(7 * 9 * 1999);
    expect(found).toMatchObject({ kind: 'interval' });
  });
  it('contains the statistic itself, and grows with its level', () => {
    fc.assert(
      fc.property(values({ minLength: 2, maxLength: 6 }), (sample) => {
        const [narrow, wide] = [0.5, 0.9].map((level) => bootstrapInterval(sample, 'mean', level, noChance));
        if (narrow?.kind !== 'interval' || wide?.kind !== 'interval') throw new Error('refused');
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
      }),
    );
  });
});

describe('signFlipTest', () => {
  it.each(fixture.signFlips)('gives the p-value of SciPy: $name', ({ differences, p }) => {
    const found = signFlipTest(differences, 1);
    expect(found.kind).toBe('tested');
    if (found.kind === 'tested') expectClose(found.p, p);
  });
  it('refuses five pairs, and says how many are enough', () => {
    expect(signFlipTest([1, 2, 3, 4, 5], 0.05)).toEqual({
      kind: 'refused',
      reason: '5 pairs cannot go below p = 0.0625; 6 would',
    });
  });
  it('does not depend on the order of the sides', () => {
    fc.assert(
      fc.property(values({ minLength: 6 }), values({ minLength: 6 }), (one, other) => {
        const length = Math.min(one.length, other.length);
        const [a, b] = [one.slice(0, length), other.slice(0, length)];
        expect(signFlipTest(pairedDifferences(a, b), 0.05)).toEqual(
          signFlipTest(pairedDifferences(b, a), 0.05),
        );
      }),
    );
  });
});

describe('mannWhitneyTest', () => {
  it.each(fixture.mannWhitneys)('gives the p-value of SciPy: $name', ({ one, other, p }) => {
    const found = mannWhitneyTest(one, other, 0.05);
    expect(found.kind).toBe('tested');
    if (found.kind === 'tested') expectClose(found.p, p);
  });
  it('refuses three and three values, and says how many are enough', () => {
    expect(mannWhitneyTest([1, 2, 3], [4, 5, 6], 0.05)).toEqual({
      kind: 'refused',
      reason: '3 and 3 values cannot go below p = 0.1; 4 and 4 would',
    });
  });
  it('gives the same p-value if both samples are scaled and shifted alike', () => {
    fc.assert(
      fc.property(values({ minLength: 4 }), values({ minLength: 4 }), (one, other) => {
        const moved = (sample: number[]): number[] => sample.map((value) => 3 * value + 100);
        expect(mannWhitneyTest(moved(one), moved(other), 0.05)).toEqual(mannWhitneyTest(one, other, 0.05));
      }),
    );
  });
});

describe('holm', () => {
  it.each(fixture.holms)('corrects $p as statsmodels does', ({ p, adjusted }) => {
    holm(p).forEach((value, index) => {
      expectClose(value, adjusted[index]!);
    });
  });
  it('returns nothing for no tests', () => {
    expect(holm([])).toEqual([]);
  });
});

describe('judge', () => {
  it.each(fixture.equivalences)('agrees with the sign tests of SciPy: $name', (expected) => {
    const found = judge(expected.values, expected.claim, 0.05);
    expectClose(found.pEquivalence, expected.pEquivalence);
    expectClose(found.pDifference, expected.pDifference);
  });

  const claim: Claim = { value: 50, readingError: 0.5, margin: 3 };
  it.each([
    ['reproduced', 'all within the margin', [48, 49, 50, 51, 52]],
    ['inconclusive', 'one within the reading error of the margin', [48, 49, 50, 51, 52.6]],
    ['inconclusive', 'some within and some outside', [45, 49, 50, 51, 55]],
    ['not reproduced', 'all outside, below', [40, 41, 42, 43, 44]],
    ['inconclusive', 'all outside, on both sides', [40, 41, 42, 60, 61]],
    ['inconclusive', 'four of them, which are too few', [49, 50, 50, 51]],
  ] as const)('gives the verdict for %s: %s', (verdict, _, runs) => {
    expect(judge(runs, claim, 0.05).verdict).toBe(verdict);
  });
  it('reproduces a claim exactly if the interval of the median is within the margin', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 40, max: 60 }), { minLength: 5, maxLength: 30 }), (runs) => {
        const { verdict, interval, inner, outer } = judge(runs, claim, 0.05);
        if (interval.kind === 'refused') throw new Error(interval.reason);
        expect(verdict === 'reproduced').toBe(interval.low > inner.low && interval.high < inner.high);
        expect(verdict === 'not reproduced').toBe(interval.low > outer.high || interval.high < outer.low);
      }),
    );
  });
  it('rejects a margin within the reading error', () => {
    expect(() => judge([50], { value: 50, readingError: 1, margin: 1 }, 0.05)).toThrow(UnusableNumbersError);
  });
});

describe('runsNeeded', () => {
  it.each(fixture.chances)(
    'gives SciPy’s probability that $runs runs around $median decide',
    ({ chance, ...model }) => {
      expectClose(chanceToSettle(model), chance);
    },
  );
  const claim: Claim = { value: 50, readingError: 0.5, margin: 3 };
  it('returns the smallest number that will probably decide', () => {
    const runs = [47, 49, 50, 51, 53];
    const enough = runsNeeded(runs, claim, { alpha: 0.05, power: 0.8 })!;
    const model = { median: 50, standardDeviation: Math.sqrt(5), claim, alpha: 0.05 };
    expect(chanceToSettle({ ...model, runs: enough })).toBeGreaterThanOrEqual(0.8);
    for (let fewer = 6; fewer < enough; fewer += 1) {
      expect(chanceToSettle({ ...model, runs: fewer })).toBeLessThan(0.8);
    }
  });
  it('is undefined for a median at the edge of the margin', () => {
    expect(
      runsNeeded([50.4, 52.5, 54.6], { ...claim, value: 49.5 }, { alpha: 0.05, power: 0.8 }),
    ).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hodgesLehmann, UnusableNumbersError } from '../src/index.ts';
import { rankSumProbabilities } from '../src/hodgesLehmann.ts';
import {
  expectClose,
  expectInterval,
  fixture,
  given,
  noTails,
  notFinite,
  values,
} from './statisticsFixture.ts';

describe('hodgesLehmann', () => {
  it.each(fixture.shifts)('has the shifts that SciPy’s exact test keeps: $name', (expected) => {
    const found = hodgesLehmann(expected.one, expected.other, expected.alpha);
    if (expected.interval === null) {
      expect(found.kind).toBe('refused');
      return;
    }
    const shift = given(found);
    expectInterval(shift, expected.interval);
    expectClose(shift.value, expected.value!);
    if (typeof expected.coverage === 'number') expectClose(shift.coverage, expected.coverage);
  });

  it('refuses samples too small to leave anything out, and names their sizes', () => {
    expect(hodgesLehmann([50], [49, 51, 52, 53, 54], 0.024)).toEqual({
      kind: 'refused',
      reason: '1 and 5 runs are too few for an interval by ranks',
    });
  });
  it('leaves out what has just the probability that may be, but for rounding: 1 of 20 for three and three', () => {
    expect(hodgesLehmann([1, 2, 3], [10, 30, 50], 1 / 20)).toMatchObject({ low: -49, high: -7 });
    expect(hodgesLehmann([1, 2, 3], [10, 30, 50], 0.049).kind).toBe('refused');
  });
  it('refuses more than a hundred runs on both sides, and does not with a thousand on one', () => {
    const [many, more] = [101, 1000].map((count) => Array.from({ length: count }, (_, index) => index));
    expect(hodgesLehmann(many!, more!, 0.024)).toMatchObject({ kind: 'refused' });
    expect(hodgesLehmann(more!, [499, 500, 501], 0.024)).toMatchObject({ kind: 'interval', value: -0.5 });
  });
  it.each(noTails)('throws for %f on each side', (alpha) => {
    expect(() => hodgesLehmann([1, 2, 3], [4, 5, 6], alpha)).toThrow(UnusableNumbersError);
  });
  it.each(notFinite)('throws for a run of %f on either side', (odd) => {
    expect(() => hodgesLehmann([1, odd, 3], [4, 5, 6], 0.05)).toThrow(UnusableNumbersError);
    expect(() => hodgesLehmann([4, 5, 6], [1, odd, 3], 0.05)).toThrow(UnusableNumbersError);
  });
  it('throws for a side without runs, and for differences too large for a number', () => {
    expect(() => hodgesLehmann([], [4, 5, 6], 0.05)).toThrow(UnusableNumbersError);
    expect(() => hodgesLehmann([1e308, 1e308], [-1e308, 0], 0.05)).toThrow(UnusableNumbersError);
  });

  it('contains its value, covers at least its level, and turns its sign when the sides are exchanged', () => {
    fc.assert(
      fc.property(values({ minLength: 4 }), values({ minLength: 4 }), (one, other) => {
        const [shift, back] = [
          given(hodgesLehmann(one, other, 0.05)),
          given(hodgesLehmann(other, one, 0.05)),
        ];
        expect(shift.low).toBeLessThanOrEqual(shift.value);
        expect(shift.high).toBeGreaterThanOrEqual(shift.value);
        expect(shift.coverage).toBeGreaterThanOrEqual(shift.level);
        expect([shift.low, shift.value, shift.high].map((end) => 0 - end)).toEqual([
          back.high,
          back.value,
          back.low,
        ]);
      }),
    );
  });
  it('moves and grows with the runs', () => {
    fc.assert(
      fc.property(values({ minLength: 4 }), values({ minLength: 4 }), (one, other) => {
        const moved = (sample: number[], by: number): number[] => sample.map((value) => 3 * value + by);
        const [before, after] = [
          given(hodgesLehmann(one, other, 0.05)),
          given(hodgesLehmann(moved(one, 107), moved(other, 100), 0.05)),
        ];
        expect([after.low, after.value, after.high]).toEqual(
          [before.low, before.value, before.high].map((end) => 3 * end + 7),
        );
      }),
    );
  });
});

const sizes = fc.integer({ min: 0, max: 20 });
const sum = (all: Float64Array): number => all.reduce((total, one) => total + one, 0);

describe('the probabilities of the Mann-Whitney statistic', () => {
  it('sum to 1 and are symmetric', () => {
    fc.assert(
      fc.property(sizes, sizes, (n, m) => {
        const found = rankSumProbabilities(n, m);
        expectClose(sum(found), 1);
        found.forEach((probability, u) => {
          expectClose(probability, found[n * m - u]!);
        });
      }),
    );
  });
  it.each([
    [100, 100],
    [100, 1000],
    [1000, 100],
    [1000, 5],
  ])('sum to 1 for %i and %i values, with no one below 0 but for rounding', (n, m) => {
    const found = rankSumProbabilities(n, m);
    expectClose(sum(found), 1);
    expect(found.every((probability) => probability > -1e-12)).toBe(true);
  });
  it('are those of all 10 ways to arrange 2 and 3 values', () => {
    rankSumProbabilities(2, 3).forEach((probability, u) => {
      expectClose(probability, [1, 1, 2, 2, 2, 1, 1][u]! / 10);
    });
  });
});

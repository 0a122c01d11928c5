import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceFrom, UnusableNumbersError, type Claim } from '../src/index.ts';
import { medianVariances } from '../src/claim.ts';
import {
  expectClose,
  expectInterval,
  fixture,
  given,
  noTails,
  notFinite,
  oneShot,
  runs,
} from './statisticsFixture.ts';

describe('differenceFrom', () => {
  it.each(fixture.differences)('gives the interval of SciPy and statsmodels: $name', (expected) => {
    const found = given(differenceFrom(expected.values, expected.claim, expected.alpha));
    expectClose(found.value, expected.value);
    expectInterval(found, [expected.low, expected.high]);
    expectClose(found.attainedMargin, Math.max(-expected.low, expected.high));
    expect(found.equalSpreadP === undefined).toBe(expected.equalSpreadP === null);
    expectClose(found.equalSpreadP ?? 0, expected.equalSpreadP ?? 0);
  });

  it('takes the published value where only one of the runs behind it is known', () => {
    const { runs: _, ...unknown } = oneShot;
    expect(differenceFrom([50, 53], { ...oneShot, runs: [47.9] }, 0.024)).toEqual(
      differenceFrom([50, 53], unknown, 0.024),
    );
  });
  it('refuses a single run', () => {
    expect(differenceFrom([50], oneShot, 0.024)).toEqual({
      kind: 'refused',
      reason: '1 run has no spread; 2 have',
    });
  });
  it('refuses equal runs if no published ones have a spread, although their computed mean is rounded', () => {
    const { runs: _, ...unknown } = oneShot;
    const equal = Array<number>(5).fill(53.63);
    expect(differenceFrom(equal, unknown, 0.024)).toEqual({
      kind: 'refused',
      reason: 'equal runs tell nothing of their spread',
    });
    expect(differenceFrom(equal, oneShot, 0.024).kind).toBe('interval');
  });

  it.each(noTails)('throws for %f on each side', (alpha) => {
    expect(() => differenceFrom([50, 51], oneShot, alpha)).toThrow(UnusableNumbersError);
  });
  it('throws for no runs', () => {
    expect(() => differenceFrom([], oneShot, 0.024)).toThrow(UnusableNumbersError);
  });
  it('throws for runs too large to be squared', () => {
    expect(() => differenceFrom([1e308, 1e308, 1e308, 9e307], oneShot, 0.024)).toThrow(UnusableNumbersError);
  });
  it('tells of four runs of 1e308 by the spread of the published ones', () => {
    expect(given(differenceFrom(Array<number>(4).fill(1e308), oneShot, 0.024)).value).toBe(1e308);
  });
  it.each(notFinite)('throws for %f as any of its numbers', (odd) => {
    const { runs: known = [], ...unknown } = oneShot;
    expect(() => differenceFrom([50, odd], oneShot, 0.024)).toThrow(UnusableNumbersError);
    const claims: Claim[] = [
      { ...oneShot, value: odd },
      { ...oneShot, margin: odd },
      { ...oneShot, readingError: odd },
      { ...oneShot, runs: [...known, odd] },
      { ...unknown, n: odd },
    ];
    for (const claim of claims) {
      expect(() => differenceFrom([50, 51], claim, 0.024)).toThrow(UnusableNumbersError);
    }
  });
  it.each([
    ['a margin within the reading error', { margin: 0.3 }],
    ['a negative reading error', { readingError: -0.1 }],
  ])('throws for %s', (_, change) => {
    expect(() => differenceFrom([50, 51], { ...oneShot, ...change }, 0.024)).toThrow(UnusableNumbersError);
  });

  it('does not change when both sides are shifted, and grows with the scale', () => {
    fc.assert(
      fc.property(
        runs({ minLength: 2 }),
        runs({ minLength: 2 }),
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (ours, theirs, shift, scale) => {
          const moved = (sample: number[]): number[] => sample.map((value) => scale * value + shift);
          const claim = { ...oneShot, runs: theirs };
          const there = { ...claim, runs: moved(theirs), readingError: scale * 0.3, margin: scale * 6.1 };
          const [before, after] = [
            given(differenceFrom(ours, claim, 0.024)),
            given(differenceFrom(moved(ours), there, 0.024)),
          ];
          expect(after.low).toBeCloseTo(scale * before.low, 8);
          expect(after.high).toBeCloseTo(scale * before.high, 8);
        },
      ),
    );
  });
  it('is the same with the other sign when the sides are exchanged', () => {
    fc.assert(
      fc.property(runs({ minLength: 2 }), runs({ minLength: 2 }), (ours, theirs) => {
        const one = given(differenceFrom(ours, { ...oneShot, runs: theirs }, 0.024));
        const other = given(differenceFrom(theirs, { ...oneShot, runs: ours }, 0.024));
        expect(one.low).toBeCloseTo(-other.high, 8);
        expect(one.attainedMargin).toBeCloseTo(other.attainedMargin, 8);
      }),
    );
  });
  it('has the same p of equal spread, from 0 to 1, when the sides are exchanged', () => {
    fc.assert(
      fc.property(runs({ minLength: 2 }), runs({ minLength: 2 }), (ours, theirs) => {
        const one = given(differenceFrom(ours, { ...oneShot, runs: theirs }, 0.024)).equalSpreadP!;
        const other = given(differenceFrom(theirs, { ...oneShot, runs: ours }, 0.024)).equalSpreadP!;
        expectClose(one, other);
        expect(one).toBeGreaterThanOrEqual(0);
        expect(one).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
  it('grows as the probability on each side falls', () => {
    fc.assert(
      fc.property(runs({ minLength: 2 }), (ours) => {
        const [wide, narrow] = [0.015, 0.024].map((alpha) => given(differenceFrom(ours, oneShot, alpha)));
        expect(wide!.attainedMargin).toBeGreaterThan(narrow!.attainedMargin);
      }),
    );
  });
});

it('the variances of medians are those of order statistics by numerical integration, to their digits', () => {
  expect(medianVariances).toEqual(fixture.medianVariances.map((variance) => Number(variance.toFixed(4))));
});

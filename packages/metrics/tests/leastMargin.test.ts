import { describe, expect, it } from 'vitest';
import { leastMargin, UnusableNumbersError } from '../src/index.ts';
import { expectClose, fixture, noTails, notFinite, oneShot } from './statisticsFixture.ts';

const at = (change: Partial<Parameters<typeof leastMargin>[1]>): number =>
  leastMargin(oneShot, { standardDeviation: 4, runs: 5, alpha: 0.024, ...change });

describe('leastMargin', () => {
  it.each(fixture.leastMargins)(
    'agrees with SciPy: $runs runs of SD $standardDeviation, $claim.statistic, alpha $alpha',
    ({ margin, runs, ...expected }) => {
      expectClose(leastMargin(expected.claim, { ...expected, runs: runs ?? Infinity }), margin);
    },
  );
  it.each([
    ['0.72 to 0.81 beside single published runs', true, 0.7195, 0.81],
    ['0.79 to 0.83 beside a published number alone', false, 0.79, 0.83],
  ])('is where SciPy expects an exact replica to be shown with probability %s', (_, isKnown, least, most) => {
    const powers = fixture.leastMargins
      .filter(({ claim }) => (claim.runs !== undefined) === isKnown)
      .map(({ power }) => power);
    expect(powers).toHaveLength(20);
    expect(Math.min(...powers)).toBeGreaterThan(least);
    expect(Math.max(...powers)).toBeLessThan(most);
  });
  it('falls with the number of runs, down to a limit', () => {
    const found = [2, 5, 10, 20, 40, 1e6, Infinity].map((runs) => at({ runs }));
    expect(found).toEqual(found.toSorted((one, other) => other - one));
    expect(found.at(-1)).toBeGreaterThan(5.8);
  });
  it.each(noTails)('throws for %f on each side', (alpha) => {
    expect(() => at({ alpha })).toThrow(UnusableNumbersError);
  });
  it.each([...notFinite, -1])('throws for a standard deviation of %f', (standardDeviation) => {
    expect(() => at({ standardDeviation })).toThrow(UnusableNumbersError);
  });
  it.each([NaN, 0, 1])('throws for %f runs', (runs) => {
    expect(() => at({ runs })).toThrow(UnusableNumbersError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrapInterval,
  deviationInterval,
  meanInterval,
  medianInterval,
  UnusableNumbersError,
} from '../src/index.ts';
import { expectInterval, fixture, given, notFinite, values } from './statisticsFixture.ts';

const noChance = (): number => {
  throw new Error('Expected nothing to be drawn');
};

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
        expect(given(wide!).low).toBeLessThanOrEqual(given(narrow!).low);
        expect(given(wide!).high).toBeGreaterThanOrEqual(given(narrow!).high);
      }),
    );
  });
});

describe('deviationInterval', () => {
  it.each(fixture.deviations)('is SciPy’s, by chi-squared: $name', ({ values: sample, level, interval }) => {
    expectInterval(deviationInterval(sample, level), interval);
  });
  it('refuses a single value', () => {
    expect(deviationInterval([50], 0.95)).toEqual({
      kind: 'refused',
      reason: '1 value has no interval; 2 would',
    });
  });
  it('is nought to nought for equal values, although their computed mean is rounded', () => {
    expect(deviationInterval(Array<number>(5).fill(53.63), 0.95)).toMatchObject({ low: 0, high: 0 });
  });
});

describe.each([
  ['meanInterval', meanInterval],
  ['deviationInterval', deviationInterval],
  ['medianInterval', medianInterval],
  [
    'bootstrapInterval',
    (sample: number[], level: number) => bootstrapInterval(sample, 'mean', level, noChance),
  ],
])('%s', (_, interval) => {
  it.each(notFinite)('throws for a value of %f', (odd) => {
    expect(() => interval([50, odd, 52], 0.9)).toThrow(UnusableNumbersError);
  });
  it.each([0, 1, -1, NaN])('throws for a confidence of %f', (level) => {
    expect(() => interval([50, 51, 52], level)).toThrow(UnusableNumbersError);
  });
  it('throws for no values', () => {
    expect(() => interval([], 0.9)).toThrow(UnusableNumbersError);
  });
});

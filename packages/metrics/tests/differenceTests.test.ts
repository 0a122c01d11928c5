import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrast, holm, mannWhitneyTest, signFlipTest, UnusableNumbersError } from '../src/index.ts';
import { expectClose, fixture, values } from './statisticsFixture.ts';

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
        const less = (of: number[], against: number[]): number[] =>
          contrast([
            { weight: 1, values: of },
            { weight: -1, values: against },
          ]);
        expect(signFlipTest(less(a, b), 0.05)).toEqual(signFlipTest(less(b, a), 0.05));
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

it.each([0, -1, 2, NaN])('the tests throw for a level of %f', (alpha) => {
  expect(() => signFlipTest([1, 2, 3], alpha)).toThrow(UnusableNumbersError);
  expect(() => mannWhitneyTest([1, 2, 3], [4, 5, 6], alpha)).toThrow(UnusableNumbersError);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianWithin, UnusableNumbersError } from '../src/index.ts';
import { expectClose, fixture, noTails, notFinite, runs } from './statisticsFixture.ts';

const near = { of: 52.4, distance: 2.7 };

describe('medianWithin', () => {
  it.each(fixture.mediansWithin)('agrees with the sign tests of SciPy: $name', (expected) => {
    const found = medianWithin(expected.values, expected, 0.05);
    expectClose(found.pWithin, expected.pWithin);
    expectClose(found.pOutside, expected.pOutside);
  });
  it.each([
    ['yes', 'all lie within', [50, 51, 52, 53, 54]],
    ['no', 'all lie above', [56, 57, 58, 59, 60]],
    ['no', 'all lie below', [40, 41, 42, 43, 44]],
    ['cannot tell', 'one lies outside', [50, 51, 52, 53, 56]],
    ['cannot tell', 'they lie outside on both sides', [40, 41, 42, 60, 61]],
    ['cannot tell', 'there are four', [50, 51, 52, 53]],
    ['cannot tell', 'all lie at the distance below, which is rounded', Array<number>(5).fill(49.7)],
    ['cannot tell', 'all lie at the distance above, which is rounded', Array<number>(5).fill(55.1)],
  ] as const)('answers %s where %s', (answer, _, sample) => {
    expect(medianWithin(sample, near, 0.05).answer).toBe(answer);
  });
  it('says the same of runs that are mirrored around the number', () => {
    fc.assert(
      fc.property(runs({ minLength: 5 }), (sample) => {
        const mirrored = sample.map((value) => 100 - value);
        expect(medianWithin(mirrored, { of: 47.6, distance: 2.7 }, 0.05)).toEqual(
          medianWithin(sample, near, 0.05),
        );
      }),
    );
  });
  it.each(noTails)('throws for a level of %f', (alpha) => {
    expect(() => medianWithin([50], near, alpha)).toThrow(UnusableNumbersError);
  });
  it.each([
    ...notFinite.flatMap((odd) => [
      { sample: [50, odd], ...near },
      { sample: [50], of: odd, distance: 2.7 },
      { sample: [50], of: 52.4, distance: odd },
    ]),
    { sample: [], ...near },
    { sample: [50], of: 52.4, distance: 0 },
  ])('throws for $sample near $of +/- $distance', ({ sample, ...place }) => {
    expect(() => medianWithin(sample, place, 0.05)).toThrow(UnusableNumbersError);
  });
});

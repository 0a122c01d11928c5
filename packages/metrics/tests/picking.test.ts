import fc from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { describe, expect, it } from 'vitest';
import { bestOf, pickedByTheRest, UnusableNumbersError } from '../src/index.ts';

const found = (sets: number[][]): { heldOut: number; agreeing: number } => {
  const picking = pickedByTheRest(sets);
  if (picking.kind === 'refused') throw new Error(picking.reason);
  return picking;
};

/** Sets of as many values. */
const samples = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 6 }))
  .chain(([sets, places]) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: places, maxLength: places }), {
      minLength: sets,
      maxLength: sets,
    }),
  );

describe('picking the best set', () => {
  it('takes the one with the highest mean, of equal ones the first', () => {
    expect(
      bestOf([
        [1, 2],
        [4, 1],
        [2, 3],
      ]),
    ).toBe(1);
  });

  it('scores it where it was not picked', () => {
    // Without the first place the first set is picked (3 there), without any other the second (1, then 2).
    expect(
      pickedByTheRest([
        [3, 4, 4],
        [9, 1, 2],
      ]),
    ).toEqual({ kind: 'picking', heldOut: 2, agreeing: 2 });
  });

  it('gives the mean of a set that is the best everywhere', () => {
    expect(
      found([
        [5, 6, 7],
        [1, 2, 3],
      ]),
    ).toMatchObject({ heldOut: 6, agreeing: 3 });
  });

  it('is never above the mean of the set that all places pick', () => {
    fc.assert(
      fc.property(samples, (sets) => {
        const best = sets[bestOf(sets)]!;
        const mean = best.reduce((sum, value) => sum + value, 0) / best.length;
        expect(found(sets).heldOut).toBeLessThanOrEqual(mean + 1e-9);
      }),
    );
  });

  it('is unbiased where all sets are alike, of which the highest mean is too high', () => {
    const generator = xoroshiro128plus(7);
    const draws = Array.from({ length: 2000 }, () =>
      Array.from({ length: 8 }, () => Array.from({ length: 5 }, () => uniformFloat64(generator))),
    );
    const meanOf = (values: number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(meanOf(draws.map((sets) => meanOf(sets[bestOf(sets)]!)))).toBeGreaterThan(0.65);
    expect(meanOf(draws.map((sets) => found(sets).heldOut))).toBeCloseTo(0.5, 1);
  });

  it('needs two places', () => {
    expect(pickedByTheRest([[1], [2]])).toMatchObject({ kind: 'refused' });
  });

  it.each([[[]], [[[]]], [[[1], [1, 2]]]])('cannot be done with %j', (sets) => {
    expect(() => pickedByTheRest(sets)).toThrow(UnusableNumbersError);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnusableNumbersError, summarise, type Summary } from '../src/index.ts';

const fixture = JSON.parse(readFileSync(new URL('fixtures/metrics.json', import.meta.url), 'utf8')) as {
  summaries: (Summary & { values: number[] })[];
};

describe('summarise', () => {
  it.each(fixture.summaries)('agrees with SciPy on $n values around $mean', ({ values, ...expected }) => {
    const found = summarise(values);
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const key of Object.keys(expected) as (keyof Summary)[]) {
      expect(found[key]! / expected[key]!).toBeCloseTo(1, 12);
    }
  });

  it('gives no spread for a single value', () => {
    expect(summarise([7])).toEqual({
      n: 1,
      mean: 7,
      median: 7,
      standardDeviation: undefined,
      min: 7,
      max: 7,
    });
  });

  it.each([
    [53.63, 5],
    [56.8, 19],
    [1e308, 4],
  ])('gives equal values of %f no spread, and themselves as mean', (value, n) => {
    expect(summarise(Array<number>(n).fill(value))).toEqual({
      n,
      mean: value,
      median: value,
      standardDeviation: 0,
      min: value,
      max: value,
    });
  });

  it('does not depend on the order, keeps mean and median within the range and does not change its input', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2 }), (values) => {
        const before = [...values];
        const found = summarise(values);
        expect(values).toEqual(before);
        expect(summarise(values.toReversed()).median).toBe(found.median);
        expect(found.min).toBeLessThanOrEqual(found.median);
        expect(found.median).toBeLessThanOrEqual(found.max);
        expect(found.mean).toBeGreaterThanOrEqual(found.min - 1e-9);
        expect(found.mean).toBeLessThanOrEqual(found.max + 1e-9);
        expect(found.standardDeviation).toBeLessThanOrEqual(found.max - found.min);
      }),
    );
  });

  it.each([[[]], [[1, NaN]], [[Infinity]]])('rejects %j', (values) => {
    expect(() => summarise(values)).toThrow(UnusableNumbersError);
  });
});

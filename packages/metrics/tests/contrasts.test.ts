import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contrast,
  factorialEffects,
  holm,
  leastSignFlipP,
  meanInterval,
  pairsNeeded,
  signFlipTest,
  summarise,
  UnusableNumbersError,
  type FactorialEffect,
} from '../src/index.ts';

interface Design {
  levels: number[];
  cells: { cell: number[]; values: number[] }[];
  anova: { of: number[]; f: number; p: number }[];
  coefficients: { of: FactorialEffect['of']; value: number }[];
}
const fixture = JSON.parse(readFileSync(new URL('fixtures/contrasts.json', import.meta.url), 'utf8')) as {
  designs: Design[];
  contrasts: {
    name: string;
    terms: { weight: number; values: number[] }[];
    values: number[];
    mean: number;
    interval: [number, number];
    p: number;
  }[];
  leasts: { pairs: number; comparisons: number; p: number; adjusted: number }[];
};

const expectClose = (found: number, expected: number): void => {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
};

describe('a contrast', () => {
  it.each(fixture.contrasts)('has the mean, interval and p of SciPy: $name', (expected) => {
    const found = contrast(expected.terms);
    found.forEach((value, index) => {
      expectClose(value, expected.values[index]!);
    });
    expectClose(summarise(found).mean, expected.mean);
    const interval = meanInterval(found, 0.95);
    const test = signFlipTest(found, 0.05);
    if (interval.kind === 'refused' || test.kind === 'refused') throw new Error('refused');
    expectClose(interval.low, expected.interval[0]);
    expectClose(interval.high, expected.interval[1]);
    expectClose(test.p, expected.p);
  });

  it.each([
    ['there are no terms', []],
    ['a term has more values than another', [[1, 2], [1]]],
  ])('is an error where %s', (_, samples: number[][]) => {
    expect(() => contrast(samples.map((values) => ({ weight: 1, values })))).toThrow(UnusableNumbersError);
  });
});

describe.each(fixture.designs)('the effects in a design of $levels levels', (design) => {
  const effects = factorialEffects(design.levels);
  const valuesOf = ({ weights }: FactorialEffect): number[] =>
    contrast(
      weights.map(({ cell, weight }) => ({
        weight,
        values: design.cells.find((other) => String(other.cell) === String(cell))!.values,
      })),
    );
  const meanOf = (effect: FactorialEffect): number => summarise(valuesOf(effect)).mean;

  it('have as t squared the F of statsmodels’ analysis of variance with repeated measures', () => {
    for (const { of, f } of design.anova) {
      const effect = effects.find(
        (candidate) =>
          candidate.kind === (of.length === 1 ? 'main' : 'interaction') &&
          String(candidate.of.map(({ factor }) => factor)) === String(of),
      )!;
      const { n, mean, standardDeviation } = summarise(valuesOf(effect));
      expectClose((n * mean ** 2) / standardDeviation! ** 2, f);
    }
  });

  // With a third factor, coefficients of two stand for its first level, while an interaction here is averaged over it.
  it('are the coefficients of statsmodels’ saturated model, at the first levels', () => {
    const comparable = design.coefficients.filter(({ of }) => of.length === 1 || design.levels.length === 2);
    expect(comparable.length).toBeGreaterThanOrEqual(3);
    for (const { of, value } of comparable) {
      const effect = effects.find(
        (candidate) =>
          candidate.kind === (of.length === 1 ? 'simple' : 'interaction') &&
          JSON.stringify(candidate.of) === JSON.stringify(of) &&
          candidate.at.every(({ level }) => level === 0),
      )!;
      expectClose(meanOf(effect), value);
    }
  });
});

describe('factorialEffects', () => {
  const levels = fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 2, maxLength: 3 });

  it('lists four simple effects, two main effects and an interaction of two by two', () => {
    expect(factorialEffects([2, 2]).map(({ kind }) => kind)).toEqual([
      ...Array<string>(4).fill('simple'),
      'main',
      'main',
      'interaction',
    ]);
  });

  it('gives an effect nothing of what all cells share, and lets each side count once', () => {
    fc.assert(
      fc.property(levels, (counts) => {
        for (const { kind, weights } of factorialEffects(counts)) {
          const sum = (terms: number[]): number => terms.reduce((total, term) => total + term, 0);
          const all = weights.map(({ weight }) => weight);
          expectClose(sum(all), 0);
          expectClose(sum(all.map(Math.abs)), kind === 'interaction' ? 4 : 2);
        }
      }),
    );
  });

  it('makes a main effect the mean of its simple effects', () => {
    fc.assert(
      fc.property(levels, (counts) => {
        const effects = factorialEffects(counts);
        const weightIn = (cell: number[], { weights }: FactorialEffect): number =>
          weights.find((other) => String(other.cell) === String(cell))?.weight ?? 0;
        for (const main of effects.filter(({ kind }) => kind === 'main')) {
          const simple = effects.filter(
            ({ kind, of }) => kind === 'simple' && JSON.stringify(of) === JSON.stringify(main.of),
          );
          for (const { cell, weight } of main.weights) {
            const total = simple.reduce((sum, effect) => sum + weightIn(cell, effect), 0);
            expectClose(weight, total / simple.length);
          }
        }
      }),
    );
  });
});

describe('the least p of a sign-flip test', () => {
  it.each(fixture.leasts)('is SciPy’s for $pairs pairs, among $comparisons', (expected) => {
    const p = leastSignFlipP(expected.pairs);
    expectClose(p, expected.p);
    expectClose(holm(Array<number>(expected.comparisons).fill(p))[0]!, expected.adjusted);
  });

  it('is never above what the test finds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 6, maxLength: 40 }), (pairs) => {
        const found = signFlipTest(pairs, 0.05);
        if (found.kind === 'refused') throw new Error(found.reason);
        expect(found.p).toBeGreaterThanOrEqual(leastSignFlipP(pairs.length) * (1 - 1e-12));
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    [1, 6],
    [2, 7],
    [10, 9],
    [16, 10],
  ])('can reach 0.05 among %i comparisons from %i pairs on', (comparisons, pairs) => {
    expect(pairsNeeded(0.05, comparisons)).toBe(pairs);
  });
});

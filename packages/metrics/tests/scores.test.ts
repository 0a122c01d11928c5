import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanCrossEntropy, UnusableNumbersError, topK } from '../src/index.ts';
import { crossEntropies } from '../src/scores.ts';

interface Score {
  name: string;
  classes: number;
  logits: number[];
  labels: number[];
  top1: number;
  top5: number;
  crossEntropies: number[];
  meanCrossEntropy: number;
}
const fixture = JSON.parse(readFileSync(new URL('fixtures/metrics.json', import.meta.url), 'utf8')) as {
  scores: Score[];
};

describe.each(fixture.scores)('scores of PyTorch and SciPy ($name)', (score) => {
  const logits = Float32Array.from(score.logits);
  it('have the same accuracies', () => {
    expect(topK(logits, score.labels, score.classes, 1)).toBe(score.top1);
    expect(topK(logits, score.labels, score.classes, 5)).toBe(score.top5);
  });
  it('have the same cross-entropies', () => {
    const found = crossEntropies(logits, score.labels, score.classes);
    found.forEach((loss, row) => {
      const expected = score.crossEntropies[row]!;
      expect(Math.abs(loss - expected)).toBeLessThanOrEqual(1e-12 * expected);
    });
  });
  it('have the same mean cross-entropy', () => {
    const found = meanCrossEntropy(logits, score.labels, score.classes);
    expect(found / score.meanCrossEntropy).toBeCloseTo(1, 12);
  });
});

describe('topK', () => {
  it.each([
    { label: 0, k: 1, expected: 1 },
    { label: 1, k: 1, expected: 0 },
    { label: 1, k: 2, expected: 1 },
    { label: 4, k: 4, expected: 0 },
    { label: 4, k: 5, expected: 1 },
  ])('ranks equal logits by class: label $label, k $k', ({ label, k, expected }) => {
    expect(topK(new Float32Array(5), [label], 5, k)).toBe(expected);
  });
});

const batch = fc
  .record({ classes: fc.integer({ min: 1, max: 12 }), rows: fc.integer({ min: 1, max: 8 }) })
  .chain(({ classes, rows }) =>
    fc.record({
      classes: fc.constant(classes),
      logits: fc.float32Array({
        minLength: classes * rows,
        maxLength: classes * rows,
        min: -1000,
        max: 1000,
        noNaN: true,
      }),
      labels: fc.array(fc.integer({ min: 0, max: classes - 1 }), { minLength: rows, maxLength: rows }),
    }),
  );

describe('for any logits', () => {
  it('accuracy grows with k and is 1 if k is the number of classes', () => {
    fc.assert(
      fc.property(batch, ({ logits, labels, classes }) => {
        const accuracies = Array.from({ length: classes }, (_, k) => topK(logits, labels, classes, k + 1));
        expect(accuracies).toEqual(accuracies.toSorted((a, b) => a - b));
        expect(accuracies.at(-1)).toBe(1);
      }),
    );
  });
  it('exactly k labels of a row are among the top k, with or without ties', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        (row, start) => {
          const k = Math.min(start + 1, row.length);
          const everyLabel = row.map((_, label) => topK(Float32Array.from(row), [label], row.length, k));
          expect(everyLabel.reduce((sum, hit) => sum + hit)).toBe(k);
        },
      ),
    );
  });
  it('no cross-entropy is negative, and the probabilities sum to 1', () => {
    fc.assert(
      fc.property(batch, ({ logits, labels, classes }) => {
        expect(crossEntropies(logits, labels, classes).every((loss) => loss >= 0)).toBe(true);
        const row = logits.subarray(0, classes);
        const total = Array.from({ length: classes }, (_, label) =>
          Math.exp(-meanCrossEntropy(row, [label], classes)),
        ).reduce((sum, probability) => sum + probability);
        expect(total).toBeCloseTo(1, 10);
      }),
    );
  });
  it('equal logits have the logarithm of the number of classes as cross-entropy', () => {
    expect(meanCrossEntropy(new Float32Array(20).fill(3), [0, 9], 10)).toBeCloseTo(Math.log(10), 14);
  });
});

describe('scores', () => {
  it.each([
    ['too few logits', new Float32Array(9), [1], 'Expected 10 logits for each'],
    ['no rows', new Float32Array(0), [], 'Expected 10 logits for each of at least one label'],
    ['a label out of range', new Float32Array(10), [10], 'Expected labels from 0 to 9, found 10 in row 0'],
    ['a fractional label', new Float32Array(10), [0.5], 'Expected labels from 0 to 9, found 0.5 in row 0'],
    ['NaN', new Float32Array(10).fill(NaN, 3), [0], 'found NaN for class 3 in row 0'],
    ['infinity', new Float32Array(10).fill(Infinity, 9), [0], 'found Infinity for class 9 in row 0'],
  ])('reject %s', (_, logits, labels, message) => {
    expect(() => topK(logits, labels, 10, 1)).toThrow(message);
    expect(() => crossEntropies(logits, labels, 10)).toThrow(message);
  });
  it.each([0, 11, 1.5])('reject k = %d of ten classes', (k) => {
    expect(() => topK(new Float32Array(10), [0], 10, k)).toThrow(UnusableNumbersError);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confusionsOf, mistakesIn, predict, topK, UnusableNumbersError } from '../src/index.ts';

interface Score {
  name: string;
  classes: number;
  logits: number[];
  labels: number[];
  predicted: number[];
  probabilities: number[];
  confusionMatrix: number[][];
}
const fixture = JSON.parse(readFileSync(new URL('fixtures/metrics.json', import.meta.url), 'utf8')) as {
  scores: Score[];
};

describe.each(fixture.scores)('predictions by SciPy and NumPy ($name)', (score) => {
  const { predicted, probabilities } = predict(Float32Array.from(score.logits), score.classes);

  it('are of the same classes', () => {
    expect([...predicted]).toEqual(score.predicted);
  });

  it('have the same probabilities', () => {
    probabilities.forEach((probability, row) => {
      expect(Math.abs(probability - score.probabilities[row]!)).toBeLessThanOrEqual(1e-14);
    });
  });

  it('have the same confusion matrix', () => {
    const found = score.confusionMatrix.map((row) => row.map(() => 0));
    for (const { label, predicted: other, images } of confusionsOf({
      labels: Uint16Array.from(score.labels),
      predicted,
    }))
      found[label]![other] = images;
    expect(found).toEqual(score.confusionMatrix);
  });
});

describe('predict', () => {
  it('takes the lowest of classes with equal logits', () => {
    expect([...predict(Float32Array.of(0, 7, 7, 7), 4).predicted]).toEqual([1]);
  });

  it.each([NaN, Infinity, -Infinity])('refuses a logit of %s', (logit) => {
    expect(() => predict(Float32Array.of(0, logit), 2)).toThrow(UnusableNumbersError);
  });

  it('is right as often as top-1 says, and never less sure than guessing', () => {
    const batch = fc.integer({ min: 1, max: 12 }).chain((classes) =>
      fc.record({
        classes: fc.constant(classes),
        logits: fc
          .array(fc.float({ min: -100, max: 100, noNaN: true }), {
            minLength: classes,
            maxLength: 8 * classes,
          })
          .map((values) => Float32Array.from(values.slice(0, values.length - (values.length % classes)))),
        seed: fc.nat(),
      }),
    );
    fc.assert(
      fc.property(batch, ({ classes, logits, seed }) => {
        const labels = Array.from({ length: logits.length / classes }, (_, row) => (row + seed) % classes);
        const { predicted, probabilities } = predict(logits, classes);
        const hits = labels.filter((label, row) => predicted[row] === label).length;
        expect(hits / labels.length).toBe(topK(logits, labels, classes, 1));
        for (const probability of probabilities) {
          expect(probability).toBeGreaterThanOrEqual((1 - 1e-12) / classes);
          expect(probability).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('mistakesIn', () => {
  const predictions = {
    labels: Uint16Array.of(0, 1, 2, 0, 1),
    predicted: Uint16Array.of(0, 2, 0, 1, 0),
    confidence: Uint16Array.of(65_535, 300, 500, 300, 100),
  };

  it('lists the most confident first, those of equal confidence in the order of the images', () => {
    expect(mistakesIn(predictions, 9)).toEqual([2, 1, 3, 4]);
  });

  it('lists no more than asked for', () => {
    expect(mistakesIn(predictions, 2)).toEqual([2, 1]);
  });
});

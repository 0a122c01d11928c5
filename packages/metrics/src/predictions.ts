import { finiteRows } from './scores.ts';

/** What a network made of each image of a set, in the order of the set. */
export interface Predictions {
  /** The true classes. */
  labels: Uint16Array;
  /** The classes with the largest logit. */
  predicted: Uint16Array;
  /** Softmax probabilities of the predicted classes, in 65,535ths. */
  confidence: Uint16Array;
}

/** How many parts of a confidence make 1. */
export const confidenceParts = 65_535;

/**
 * The class with the largest logit of each row, and its softmax probability, in double precision. Of equal logits, the
 * one of the lowest class wins, as in {@link topK}.
 *
 * @param logits [N, classes], row-major.
 * @throws UnusableNumbersError if a logit is not finite.
 */
export function predict(
  logits: Float32Array,
  classes: number,
): { predicted: Uint16Array; probabilities: Float64Array } {
  const predicted = new Uint16Array(logits.length / classes);
  const probabilities = new Float64Array(predicted.length);
  let position = 0;
  for (const row of finiteRows(logits, classes)) {
    const largest = row.reduce((most, logit) => Math.max(most, logit));
    predicted[position] = row.indexOf(largest);
    probabilities[position++] = 1 / row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  }
  return { predicted, probabilities };
}

/** Images of one class that were taken for a class, the same or another. */
export interface Confusion {
  label: number;
  predicted: number;
  images: number;
}

/** The entries of the confusion matrix that are not zero, by label and then by predicted class. */
export function confusionsOf({ labels, predicted }: Pick<Predictions, 'labels' | 'predicted'>): Confusion[] {
  const counts = new Map<number, number>();
  labels.forEach((label, image) => {
    const place = label * 2 ** 16 + predicted[image]!;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  });
  return [...counts]
    .sort(([one], [other]) => one - other)
    .map(([place, images]) => ({ label: Math.floor(place / 2 ** 16), predicted: place % 2 ** 16, images }));
}

/** The images that were taken for another class, the most confident first, those of equal confidence in their order. */
export function mistakesIn({ labels, predicted, confidence }: Predictions, most: number): number[] {
  const wrong = [...labels.keys()].filter((image) => labels[image] !== predicted[image]);
  return wrong.sort((one, other) => confidence[other]! - confidence[one]! || one - other).slice(0, most);
}

import { UnusableNumbersError } from './errors.ts';

/**
 * The fraction of rows, from 0 to 1, whose label is among the `k` largest logits.
 *
 * Of equal logits, the one of the lower class ranks first (as for argmax and a stable sort), so a network
 * with constant output scores the fraction of class 0. Deviation: the official code uses `torch.topk`, whose
 * order of equal values is unspecified (version 2.15 ranks class 8 first of ten); without ties both agree.
 *
 * @param logits [N, classes], row-major.
 * @param labels [N], from 0 to classes - 1.
 * @throws UnusableNumbersError if the sizes disagree, `k` is not from 1 to `classes`, or a logit is not
 * finite.
 */
export function topK(logits: Float32Array, labels: ArrayLike<number>, classes: number, k: number): number {
  if (!Number.isInteger(k) || k < 1 || k > classes) {
    throw new UnusableNumbersError(`Expected k from 1 to ${classes}, found ${k}`);
  }
  let hits = 0;
  for (const { row, label } of rows(logits, labels, classes)) {
    const own = row[label]!;
    let before = 0;
    row.forEach((logit, other) => {
      if (logit > own || (logit === own && other < label)) before += 1;
    });
    if (before < k) hits += 1;
  }
  return hits / labels.length;
}

/**
 * The cross-entropy of each row in nats: log(sum(exp(logits))) - logits[label], in double precision and
 * shifted by the largest logit, which prevents overflow and keeps small losses accurate.
 *
 * @param logits [N, classes], row-major.
 * @param labels [N], from 0 to classes - 1.
 * @throws UnusableNumbersError as {@link topK}.
 */
export function crossEntropies(
  logits: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  const losses = new Float64Array(labels.length);
  let position = 0;
  for (const { row, label } of rows(logits, labels, classes)) {
    const top = row.indexOf(row.reduce((largest, logit) => Math.max(largest, logit)));
    let others = 0; // the sum of exp(logit - largest) without the largest's own 1, which log1p adds
    row.forEach((logit, index) => {
      if (index !== top) others += Math.exp(logit - row[top]!);
    });
    losses[position++] = Math.log1p(others) + (row[top]! - row[label]!);
  }
  return losses;
}

/** The mean of {@link crossEntropies}. */
export function meanCrossEntropy(logits: Float32Array, labels: ArrayLike<number>, classes: number): number {
  return crossEntropies(logits, labels, classes).reduce((sum, loss) => sum + loss, 0) / labels.length;
}

function* rows(
  logits: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
): Generator<{ row: Float32Array; label: number }> {
  if (labels.length === 0 || logits.length !== labels.length * classes) {
    throw new UnusableNumbersError(
      `Expected ${classes} logits for each of at least one label, found ${logits.length} for ${labels.length}`,
    );
  }
  let index = 0;
  for (const row of finiteRows(logits, classes)) {
    const label = labels[index]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new UnusableNumbersError(
        `Expected labels from 0 to ${classes - 1}, found ${label} in row ${index}`,
      );
    }
    index += 1;
    yield { row, label };
  }
}

/** The logits of each image. @throws UnusableNumbersError if one is not finite. */
export function* finiteRows(logits: Float32Array, classes: number): Generator<Float32Array> {
  for (let index = 0; index * classes < logits.length; index += 1) {
    const row = logits.subarray(index * classes, (index + 1) * classes);
    const odd = row.findIndex((logit) => !Number.isFinite(logit));
    if (odd !== -1) {
      throw new UnusableNumbersError(
        `Expected finite logits, found ${row[odd]!} for class ${odd} in row ${index}`,
      );
    }
    yield row;
  }
}

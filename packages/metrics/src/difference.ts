import { claimedMean, type Claim } from './claim.ts';
import { UnusableNumbersError } from './errors.ts';
import type { Interval } from './intervals.ts';
import { studentQuantile } from './studentQuantile.ts';
import { summarise } from './summary.ts';
import { refused, requireTail, type Refusal } from './support.ts';

/** Our mean less a published one. */
export interface Difference extends Interval {
  /** The difference itself. */
  value: number;
  /** Standard deviation of single runs, of ours and the published ones together. */
  standardDeviation: number;
  /** The largest difference from zero in the interval: agreement is shown to within this. */
  attainedMargin: number;
}

/**
 * The interval of our mean less a published one, which carries the error of both and of the reading: Student's t
 * interval for two samples of one variance, with the reading error taken as uniform. `alpha` is the probability on each
 * side. With a smaller `alpha` than for a single look, it is a repeated confidence interval (Jennison and Turnbull
 * 1989), which holds over all of some declared looks at a growing sample.
 *
 * Where the single published runs are not known, their variance is taken to be that of ours.
 *
 * @throws UnusableNumbersError if a number is not finite or too large to be squared, there are no values, or the claim
 * is unusable.
 */
export function differenceFrom(values: readonly number[], claim: Claim, alpha: number): Difference | Refusal {
  requireTail(alpha);
  const theirs = claimedMean(claim);
  const { n, mean, standardDeviation } = summarise(values);
  if (standardDeviation === undefined) return refused('1 run has no spread; 2 have');
  const freedom = n - 1 + theirs.freedom;
  const variance = ((n - 1) * standardDeviation ** 2 + theirs.freedom * theirs.runVariance) / freedom;
  if (variance === 0) return refused('equal runs tell nothing of their spread');
  const error = standardError(variance, n, theirs.variance, claim.readingError);
  const value = mean - theirs.value;
  const half = studentQuantile(alpha, freedom) * error;
  if (!Number.isFinite(value) || !Number.isFinite(half)) {
    throw new UnusableNumbersError(`Expected values that can be squared, found a mean of ${mean}`);
  }
  return {
    kind: 'interval',
    value,
    low: value - half,
    high: value + half,
    level: 1 - 2 * alpha,
    standardDeviation: Math.sqrt(variance),
    attainedMargin: Math.abs(value) + half,
  };
}

/**
 * Of a difference of means.
 *
 * @param variance of single runs.
 * @param n our runs; may be infinite.
 * @param theirs the variance of the published mean, in units of `variance`.
 */
export const standardError = (variance: number, n: number, theirs: number, readingError: number): number =>
  Math.sqrt(variance * (1 / n + theirs) + readingError ** 2 / 3);

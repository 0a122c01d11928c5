import { claimedMean, type Claim } from './claim.ts';
import { UnusableNumbersError } from './errors.ts';
import type { Interval } from './intervals.ts';
import { studentQuantile } from './studentQuantile.ts';
import { summarise } from './summary.ts';
import { refused, requireTail, type Refusal } from './support.ts';
import { differenceOfMeans, equalSpreadP, type Variance } from './unequalSpreads.ts';

/** Our mean less a published one. */
export interface Difference extends Interval {
  /** The difference itself. */
  value: number;
  /** Standard deviation of single runs, of ours and the published ones together. */
  standardDeviation: number;
  /** The largest difference from zero in the interval: agreement is shown to within this. */
  attainedMargin: number;
  /** Of the F test of whether ours and the published runs spread alike; absent where these are not known. */
  equalSpreadP?: number;
}

/** Below this p of the F test, the interval no longer relies on one spread. */
const equalSpreadLevel = 0.2;

/**
 * The interval of our mean less a published one, which carries the error of both and of the reading: Student's t
 * interval for two samples of one variance, with the reading error taken as uniform. Where an F test at 0.2 rejects one
 * variance, it is the wider of that and Welch's (1947), with Satterthwaite's (1946) degrees of freedom: runs that hardly
 * differ must not make the published mean look better known than its own runs do. `alpha` is the probability on each
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
  const ours = { variance: standardDeviation ** 2, freedom: n - 1 };
  const freedom = ours.freedom + theirs.freedom;
  const variance = (ours.freedom * ours.variance + theirs.freedom * theirs.runVariance) / freedom;
  if (variance === 0) return refused('equal runs tell nothing of their spread');
  const published = { variance: theirs.runVariance, freedom: theirs.freedom };
  const p = theirs.freedom > 0 ? equalSpreadP(ours, published) : undefined;
  const halfWidth = (difference: Variance): number =>
    studentQuantile(alpha, difference.freedom) * standardError(difference.variance, claim.readingError);
  const student = halfWidth({ variance: variance * (1 / n + theirs.variance), freedom });
  const half =
    p !== undefined && p < equalSpreadLevel
      ? Math.max(student, halfWidth(differenceOfMeans(ours, published)))
      : student;
  const value = mean - theirs.value;
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
    ...(p !== undefined && { equalSpreadP: p }),
  };
}

/** Of a difference of means, from its variance without the error of reading. */
export const standardError = (variance: number, readingError: number): number =>
  Math.sqrt(variance + readingError ** 2 / 3);

import { UnusableNumbersError } from './errors.ts';
import { summarise } from './summary.ts';

/** What was published of a sample of runs, and how close others must come; all in the unit of the values. */
export interface Claim {
  /** What the source gives for its runs. */
  statistic: 'median' | 'mean';
  value: number;
  /** The number of runs behind `value`. */
  n: number;
  /** The single runs, where they are known. */
  runs?: readonly number[];
  /** Half-width of the uncertainty of the published numbers, for those read off a figure. */
  readingError: number;
  /** The largest difference that still counts as the same. */
  margin: number;
}

/** The single runs, if there are enough of them for a spread. */
export const knownRuns = ({ runs = [] }: Claim): readonly number[] | undefined =>
  runs.length > 1 ? runs : undefined;

/** What a claim says of the mean of the distribution that its runs are from. */
export interface ClaimedMean {
  value: number;
  /** The variance of `value` in units of the runs' variance; one run has 1. */
  variance: number;
  /** Degrees of freedom of the runs' variance; 0 where the single runs are not known. */
  freedom: number;
  /** The variance of the single runs; 0 where they are not known. */
  runVariance: number;
}

/**
 * The mean of the single runs where two or more are known. Otherwise the published value stands for it: a mean, or a median,
 * which is the same for a symmetric distribution but varies more.
 *
 * @throws UnusableNumbersError if a number is not finite, or the margin does not exceed the reading error.
 */
export function claimedMean(claim: Claim): ClaimedMean {
  const { statistic, value, n, readingError, margin } = claim;
  if (![value, readingError, margin].every(Number.isFinite) || !(margin > readingError) || readingError < 0) {
    throw new UnusableNumbersError(
      `Expected a published value and a margin above its reading error, found ${value}, ${margin} and ${readingError}`,
    );
  }
  const runs = knownRuns(claim);
  if (runs !== undefined) {
    const { n: known, mean, standardDeviation } = summarise(runs);
    return { value: mean, variance: 1 / known, freedom: known - 1, runVariance: standardDeviation! ** 2 };
  }
  if (!Number.isInteger(n) || n < 1) {
    throw new UnusableNumbersError(`Expected the number of runs behind a published value, found ${n}`);
  }
  return { value, variance: statistic === 'mean' ? 1 / n : medianVariance(n), freedom: 0, runVariance: 0 };
}

/** Of the medians of 1 to 10 values of a normal distribution with variance 1, by the order statistics. */
export const medianVariances = [1, 0.5, 0.4487, 0.2982, 0.2868, 0.2147, 0.2104, 0.1682, 0.1661, 0.1383];

/** The variance of the median of `n` values of a normal distribution with variance 1; asymptotic above ten. */
const medianVariance = (n: number): number => medianVariances[n - 1] ?? Math.PI / (2 * n);

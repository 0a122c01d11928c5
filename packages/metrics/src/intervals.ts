import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import chiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { summarise } from './summary.ts';
import { leastFrom, refused, requireLevel, requireTail, type Refusal } from './support.ts';

/** A confidence interval of a parameter, in the unit of the values. */
export interface Interval {
  kind: 'interval';
  low: number;
  high: number;
  /** The requested confidence, from 0 to 1. */
  level: number;
}

/** An {@link Interval} with its exact coverage, which may exceed the requested confidence. */
export interface ExactInterval extends Interval {
  coverage: number;
}

/**
 * Student's t interval for the mean. Assumes that the values are from a normal distribution.
 *
 * @throws UnusableNumbersError if there are no values, one is not finite, or the level is no probability.
 */
export function meanInterval(values: readonly number[], level: number): Interval | Refusal {
  requireLevel(level);
  const { n, mean, standardDeviation } = summarise(values);
  if (standardDeviation === undefined) return refused('1 value has no interval; 2 would');
  const half = (tQuantile((1 + level) / 2, n - 1) * standardDeviation) / Math.sqrt(n);
  return { kind: 'interval', low: mean - half, high: mean + half, level };
}

/**
 * The interval of the standard deviation, from the chi-squared distribution of the variance. Assumes that the values
 * are from a normal distribution.
 *
 * @throws UnusableNumbersError as {@link meanInterval}.
 */
export function deviationInterval(values: readonly number[], level: number): Interval | Refusal {
  requireLevel(level);
  const { n, standardDeviation } = summarise(values);
  if (standardDeviation === undefined) return refused('1 value has no interval; 2 would');
  const bound = (share: number): number =>
    standardDeviation * Math.sqrt((n - 1) / chiSquareQuantile(share, n - 1));
  return { kind: 'interval', low: bound((1 + level) / 2), high: bound((1 - level) / 2), level };
}

/**
 * The interval between two order statistics that contains the median with at least this confidence, for any
 * distribution. It is the interval of the sign test (SciPy's `quantile_test`).
 *
 * @throws UnusableNumbersError as {@link meanInterval}.
 */
export function medianInterval(values: readonly number[], level: number): ExactInterval | Refusal {
  requireLevel(level);
  const { n } = summarise(values);
  const outside = fewestAllowed(n, (1 - level) / 2);
  if (outside < 0) {
    const enough = leastFrom(n, (count) => fewestAllowed(count, (1 - level) / 2) >= 0);
    return refused(`${n} values cannot give a ${100 * level} % interval of the median; ${enough} would`);
  }
  const sorted = values.toSorted((one, other) => one - other);
  const coverage = 1 - 2 * binomialCdf(outside, n, 0.5);
  return { kind: 'interval', low: sorted[outside]!, high: sorted[n - 1 - outside]!, level, coverage };
}

/**
 * The largest number of `n` values on one side of a point with which the sign test at level `alpha` still
 * places the median on the other side; -1 if there is none.
 */
const fewestAllowed = (n: number, alpha: number): number => {
  requireTail(alpha);
  let allowed = -1;
  while (binomialCdf(allowed + 1, n, 0.5) <= alpha) allowed += 1;
  return allowed;
};

import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import binomialPmf from '@stdlib/stats-base-dists-binomial-pmf';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import { boundsOf, type Claim } from './equivalence.ts';
import { fewestAllowed } from './intervals.ts';
import { summarise } from './summary.ts';

/** The largest number of runs considered. */
export const mostRuns = 1000;

/**
 * The smallest total number of runs expected to decide a claim that the given runs leave undecided: the
 * verdict is one or the other with probability `power` if further runs are normally distributed around the
 * median of these with their standard deviation. Undefined for a single value, which has no spread, or if
 * {@link mostRuns} would not be enough.
 *
 * @throws UnusableNumbersError as `judge`.
 */
export function runsNeeded(
  values: readonly number[],
  claim: Claim,
  { alpha, power }: { alpha: number; power: number },
): number | undefined {
  const { n, median, standardDeviation } = summarise(values);
  if (standardDeviation === undefined) return undefined;
  for (let runs = n + 1; runs <= mostRuns; runs += 1) {
    if (chanceToSettle({ runs, median, standardDeviation, claim, alpha }) >= power) return runs;
  }
  return undefined;
}

/** The probability that this many runs from a normal distribution lead to a verdict of either kind. */
export function chanceToSettle({
  runs,
  median,
  standardDeviation,
  claim,
  alpha,
}: {
  runs: number;
  median: number;
  standardDeviation: number;
  claim: Claim;
  alpha: number;
}): number {
  const { inner, outer } = boundsOf(claim);
  const allowed = fewestAllowed(runs, alpha);
  if (allowed < 0) return 0;
  const below = (bound: number): number =>
    standardDeviation === 0 ? Number(median < bound) : normalCdf(bound, median, standardDeviation);
  const above = (bound: number): number => 1 - below(bound);
  // The number below `inner` is binomial, and so is the number above it among the rest.
  const [low, high] = [below(inner.low), above(inner.high)];
  let reproduced = 0;
  for (let count = 0; count <= allowed; count += 1) {
    const rest = low === 1 ? 0 : Math.min(1, high / (1 - low));
    reproduced += binomialPmf(count, runs, low) * binomialCdf(allowed, runs - count, rest);
  }
  const isAbove = binomialCdf(allowed, runs, below(outer.high));
  const isBelow = binomialCdf(allowed, runs, above(outer.low));
  return reproduced + isAbove + isBelow;
}

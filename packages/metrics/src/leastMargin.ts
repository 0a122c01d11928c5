import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { claimedMean, type Claim } from './claim.ts';
import { standardError } from './difference.ts';
import { requireTail } from './support.ts';

/**
 * The least margin within which runs that are just like the published ones would be shown to agree, with probability
 * 0.8: (z(1 - alpha) + z(0.9)) times the standard error of the difference. More of our runs lower it only down to a
 * limit, as the published runs stay as few as they are.
 *
 * @param standardDeviation of single runs.
 * @param runs the number of ours; Infinity gives the limit.
 * @throws UnusableNumbersError if the claim is unusable.
 */
export function leastMargin(
  claim: Claim,
  { standardDeviation, runs, alpha }: { standardDeviation: number; runs: number; alpha: number },
): number {
  requireTail(alpha);
  const { variance } = claimedMean(claim);
  const error = standardError(standardDeviation ** 2, runs, variance, claim.readingError);
  return (normalQuantile(1 - alpha, 0, 1) + normalQuantile(0.9, 0, 1)) * error;
}

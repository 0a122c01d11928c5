import { claimedMean, type Claim } from './claim.ts';
import { standardError } from './difference.ts';
import { UnusableNumbersError } from './errors.ts';
import { studentQuantile } from './studentQuantile.ts';
import { requireTail } from './support.ts';

/**
 * The least margin within which runs that are just like the published ones would be shown to agree at a single look, in
 * at least 7 of 10 cases: (t(1 - alpha) + t(0.9)) times the standard error of the difference. Without the F test that
 * would be 8 of 10. For normal runs, five or more of ours, it is 0.72 to 0.80 by integration beside five published ones,
 * and 0.79 to 0.83 where these are not known singly. More of our runs lower the margin only down to a limit, as the
 * published runs stay as few as they are.
 *
 * @param standardDeviation of single runs.
 * @param runs the number of ours, two or more; Infinity gives the limit.
 * @throws UnusableNumbersError if the claim or one of these is unusable.
 */
export function leastMargin(
  claim: Claim,
  { standardDeviation, runs, alpha }: { standardDeviation: number; runs: number; alpha: number },
): number {
  requireTail(alpha);
  if (!(standardDeviation >= 0 && standardDeviation < Infinity && runs >= 2)) {
    throw new UnusableNumbersError(
      `Expected a standard deviation and at least two runs, found ${standardDeviation} and ${runs}`,
    );
  }
  const theirs = claimedMean(claim);
  const freedom = runs - 1 + theirs.freedom;
  const error = standardError(standardDeviation ** 2 * (1 / runs + theirs.variance), claim.readingError);
  return (studentQuantile(alpha, freedom) + studentQuantile(0.1, freedom)) * error;
}

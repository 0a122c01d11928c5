import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import { UnusableNumbersError } from './errors.ts';
import { summarise } from './summary.ts';
import { requireTail } from './support.ts';

/** Whether a median lies near a number, where the sample is large enough to tell. */
export interface MedianWithin {
  answer: 'yes' | 'no' | 'cannot tell';
  /** P-value for the median within: the larger of two one-sided sign tests. */
  pWithin: number;
  /** P-value for the median outside: the smaller of two one-sided sign tests. */
  pOutside: number;
}

/**
 * Whether the median of the values' distribution lies within `distance` of a number that is taken for exact, by two
 * one-sided sign tests at level `alpha`. No distribution is assumed. This says nothing of the number's own uncertainty:
 * see `judge`.
 *
 * @throws UnusableNumbersError if there are no values, a number is not finite, or the distance is not positive.
 */
export function medianWithin(
  values: readonly number[],
  { of, distance }: { of: number; distance: number },
  alpha: number,
): MedianWithin {
  requireTail(alpha);
  const { n } = summarise(values);
  if (!Number.isFinite(of) || !(distance > 0 && distance < Infinity)) {
    throw new UnusableNumbersError(`Expected a number and a distance from it, found ${of} and ${distance}`);
  }
  // Values at the distance, but for rounding, lie at it on either side.
  const rounding = 1e-12 * Math.max(Math.abs(of), distance);
  const p = (holds: (offset: number) => boolean): number =>
    binomialCdf(values.filter((value) => holds(value - of)).length, n, 0.5);
  const pWithin = Math.max(
    p((offset) => offset <= -distance + rounding),
    p((offset) => offset >= distance - rounding),
  );
  const pOutside = Math.min(
    p((offset) => offset <= distance + rounding),
    p((offset) => offset >= -distance - rounding),
  );
  return { answer: pWithin <= alpha ? 'yes' : pOutside <= alpha ? 'no' : 'cannot tell', pWithin, pOutside };
}

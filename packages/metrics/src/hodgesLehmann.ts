import { median } from 'simple-statistics';
import { UnusableNumbersError } from './errors.ts';
import type { ExactInterval } from './intervals.ts';
import { summarise } from './summary.ts';
import { refused, requireTail, type Refusal } from './support.ts';

/** How far one sample lies above another. */
export interface Shift extends ExactInterval {
  /** The median of all differences between a value of one and a value of the other. */
  value: number;
}

/** The largest size of the smaller sample for which the probabilities are found without a loss of digits. */
const mostInSmaller = 100;

/**
 * The shift between two independent samples, and its interval (Hodges and Lehmann 1963): the shifts that the exact
 * Mann-Whitney test at level `alpha` on each side does not reject. It assumes two distributions of one shape, whichever
 * it is. Ties make it wider than it need be.
 *
 * @throws UnusableNumbersError if a sample is empty, or a value or a difference is not finite.
 */
export function hodgesLehmann(
  one: readonly number[],
  other: readonly number[],
  alpha: number,
): Shift | Refusal {
  requireTail(alpha);
  const [n, m] = [summarise(one).n, summarise(other).n];
  if (Math.min(n, m) > mostInSmaller) {
    return refused(`${n} and ${m} runs are too many for an exact interval by ranks`);
  }
  const differences = one
    .flatMap((value) => other.map((theirs) => value - theirs))
    .sort((first, second) => first - second);
  if (!differences.every(Number.isFinite)) {
    throw new UnusableNumbersError('Expected values whose differences are finite');
  }
  const { rank, tail } = mostExtreme(rankSumProbabilities(n, m), alpha);
  if (rank === 0) return refused(`${n} and ${m} runs are too few for an interval by ranks`);
  return {
    kind: 'interval',
    value: median(differences),
    low: differences[rank - 1]!,
    high: differences[differences.length - rank]!,
    level: 1 - 2 * alpha,
    coverage: 1 - 2 * tail,
  };
}

/** How many of the most extreme outcomes on one side are within `alpha`, and their probability. */
function mostExtreme(probabilities: Float64Array, alpha: number): { rank: number; tail: number } {
  let [rank, tail] = [0, 0];
  while (rank < probabilities.length && tail + probabilities[rank]! <= alpha + 1e-12) {
    tail += probabilities[rank]!;
    rank += 1;
  }
  return { rank, tail };
}

/**
 * The probability of each value of the Mann-Whitney statistic of `n` and `m` values from one distribution: the
 * coefficients of a Gaussian binomial, which grows by a factor of (1 - q^(m + i)) / (1 - q^i) with each value of the
 * smaller sample. Within 1e-12 up to {@link mostInSmaller} of them.
 */
export function rankSumProbabilities(n: number, m: number): Float64Array {
  const [smaller, larger] = [Math.min(n, m), Math.max(n, m)];
  const found = new Float64Array(n * m + 1).fill(1, 0, 1);
  for (let i = 1; i <= smaller; i += 1) {
    for (let u = found.length - 1; u >= larger + i; u -= 1) found[u]! -= found[u - larger - i]!;
    for (let u = i; u < found.length; u += 1) found[u]! += found[u - i]!;
    for (let u = 0; u < found.length; u += 1) found[u]! *= i / (larger + i);
  }
  return found;
}

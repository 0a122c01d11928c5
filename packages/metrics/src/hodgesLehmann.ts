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
  while (rank < probabilities.length && tail + probabilities[rank]! <= alpha) {
    tail += probabilities[rank]!;
    rank += 1;
  }
  return { rank, tail };
}

/**
 * The probability of each value of the Mann-Whitney statistic of `n` and `m` values from one distribution, by the
 * recurrence of Mann and Whitney (1947): the largest value of all is of one sample or of the other.
 */
export function rankSumProbabilities(n: number, m: number): Float64Array {
  const length = n * m + 1;
  // fewer[j]: of one value less of the first sample and j of the second.
  let fewer = Array.from({ length: m + 1 }, () => certain(length));
  for (let i = 1; i <= n; i += 1) {
    const row = [certain(length)];
    for (let j = 1; j <= m; j += 1) {
      const [left, up] = [row[j - 1]!, fewer[j]!];
      row.push(
        Float64Array.from({ length }, (_, u) => ((u >= j ? i * up[u - j]! : 0) + j * left[u]!) / (i + j)),
      );
    }
    fewer = row;
  }
  return fewer[m]!;
}

/** Without a value in one sample, the statistic is 0. */
const certain = (length: number): Float64Array => new Float64Array(length).fill(1, 0, 1);

import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import { summarise } from './summary.ts';
import { leastFrom, refused, requireSignificance, shortly, type Refusal } from './support.ts';

/** The result of a two-sided test. */
export interface TestResult {
  kind: 'tested';
  /** The probability of a difference at least this large if there is none. */
  p: number;
  /** Whether all arrangements were counted, or approximated by a normal distribution. */
  method: 'exact' | 'normal';
}

/** The largest number of pairs whose signs are all enumerated. */
const mostPairs = 16;
/** The largest total number of values whose arrangements are all counted. */
const mostValues = 100;

/**
 * Sign-flip test of whether paired differences are symmetric around zero. If they are, all signs are equally
 * likely; the test counts the sign assignments whose sum is at least as far from zero. For more than sixteen
 * pairs, the sums are approximated by a normal distribution of the same variance.
 *
 * @param alpha the significance level; a sample too small to reach it is refused.
 * @throws UnusableNumbersError if there are no differences, one is not finite, or the level is none.
 */
export function signFlipTest(differences: readonly number[], alpha: number): TestResult | Refusal {
  requireSignificance(alpha);
  const { n } = summarise(differences);
  const least = leastSignFlipP(n);
  if (least > alpha) {
    const enough = pairsNeeded(alpha, 1);
    return refused(
      `${n} ${n === 1 ? 'pair' : 'pairs'} cannot go below p = ${shortly(least)}; ${enough} would`,
    );
  }
  const sum = (terms: readonly number[]): number => terms.reduce((total, term) => total + term, 0);
  const observed = Math.abs(sum(differences));
  if (signFlipMethod(n) === 'normal') {
    const spread = Math.sqrt(sum(differences.map((difference) => difference ** 2)));
    return { kind: 'tested', p: spread === 0 ? 1 : 2 * normalCdf(-observed, 0, spread), method: 'normal' };
  }
  // Sums that differ only by rounding count as equal.
  const enough = observed - 1e-12 * sum(differences.map(Math.abs));
  const sums = new Float64Array(2 ** n);
  differences.forEach((difference, pair) => {
    const known = 2 ** pair;
    for (let index = 0; index < known; index += 1) {
      sums[known + index] = sums[index]! - difference;
      sums[index]! += difference;
    }
  });
  const atLeast = sums.filter((one) => Math.abs(one) >= enough).length;
  return { kind: 'tested', p: atLeast / 2 ** n, method: 'exact' };
}

/** How {@link signFlipTest} finds p for so many pairs. */
export const signFlipMethod = (pairs: number): TestResult['method'] =>
  pairs <= mostPairs ? 'exact' : 'normal';

/** The smallest p that {@link signFlipTest} can give for so many pairs: that of differences that are all equal. */
export const leastSignFlipP = (pairs: number): number =>
  signFlipMethod(pairs) === 'exact' ? 2 / 2 ** pairs : 2 * normalCdf(-Math.sqrt(pairs), 0, 1);

/**
 * The fewest pairs with which a sign-flip test can reach the level as one of so many comparisons that are corrected together:
 * Holm multiplies the smallest p by their number.
 *
 * @throws UnusableNumbersError if the level is none.
 */
export function pairsNeeded(alpha: number, comparisons: number): number {
  requireSignificance(alpha);
  return leastFrom(1, (pairs) => comparisons * leastSignFlipP(pairs) <= alpha);
}

/**
 * Mann-Whitney test of whether the values of one of two independent samples tend to be larger. Tied values
 * share their mean rank, and arrangements are counted with these ranks. For more than a hundred values, the
 * counts are approximated by a normal distribution with corrections for ties and continuity.
 *
 * @param alpha as in {@link signFlipTest}.
 * @throws UnusableNumbersError if a sample is empty or a value is not finite.
 */
export function mannWhitneyTest(
  one: readonly number[],
  other: readonly number[],
  alpha: number,
): TestResult | Refusal {
  requireSignificance(alpha);
  const [n, m] = [summarise(one).n, summarise(other).n];
  const leastP = (extra: number): number =>
    Math.min(1, 2 / binomialCoefficient(n + m + 2 * extra, n + extra));
  if (leastP(0) > alpha) {
    const enough = leastFrom(0, (extra) => leastP(extra) <= alpha);
    return refused(
      `${n} and ${m} values cannot go below p = ${shortly(leastP(0))}; ${n + enough} and ${m + enough} would`,
    );
  }
  const pooled = [...one, ...other];
  const doubledRanks = pooled.map((value) => {
    const below = pooled.filter((candidate) => candidate < value).length;
    const equal = pooled.filter((candidate) => candidate === value).length;
    return 2 * below + equal + 1;
  });
  const observed = doubledRanks.slice(0, n).reduce((total, rank) => total + rank, 0);
  return mannWhitneyMethod(n + m) === 'exact'
    ? { kind: 'tested', p: exactRankP(doubledRanks, n, observed), method: 'exact' }
    : { kind: 'tested', p: normalRankP(pooled, n, observed), method: 'normal' };
}

/** How {@link mannWhitneyTest} finds p for so many values in all. */
export const mannWhitneyMethod = (values: number): TestResult['method'] =>
  values <= mostValues ? 'exact' : 'normal';

/**
 * Twice the fraction of choices of `n` ranks whose sum is at least as extreme as the observed one, on its
 * side.
 */
function exactRankP(ranks: readonly number[], n: number, observed: number): number {
  const most = ranks.reduce((total, rank) => total + rank, 0);
  // ways[k][sum]: number of choices of k of the ranks so far with this sum.
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(most + 1));
  ways[0]![0] = 1;
  for (const rank of ranks) {
    for (let chosen = n; chosen >= 1; chosen -= 1) {
      const [from, to] = [ways[chosen - 1]!, ways[chosen]!];
      for (let sum = most; sum >= rank; sum -= 1) to[sum]! += from[sum - rank]!;
    }
  }
  let [atMost, atLeast, all] = [0, 0, 0];
  ways[n]!.forEach((count, sum) => {
    all += count;
    if (sum <= observed) atMost += count;
    if (sum >= observed) atLeast += count;
  });
  return Math.min(1, (2 * Math.min(atMost, atLeast)) / all);
}

function normalRankP(pooled: readonly number[], n: number, doubledRankSum: number): number {
  const total = pooled.length;
  const m = total - n;
  const u = doubledRankSum / 2 - (n * (n + 1)) / 2;
  const counts = new Map<number, number>();
  for (const value of pooled) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ties = [...counts.values()].reduce((sum, count) => sum + (count ** 3 - count), 0);
  const spread = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  if (spread === 0) return 1;
  const distance = Math.abs(u - (n * m) / 2) - 0.5; // continuity correction
  return Math.min(1, 2 * normalCdf(-distance, 0, spread));
}

function binomialCoefficient(n: number, k: number): number {
  let ways = 1;
  for (let index = 1; index <= Math.min(k, n - k); index += 1) ways *= (n - index + 1) / index;
  return ways;
}

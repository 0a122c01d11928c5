import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import { UnusableNumbersError } from './errors.ts';
import { medianInterval, type ExactInterval } from './intervals.ts';
import { summarise } from './summary.ts';
import type { Refusal } from './support.ts';

/** A published number, and how near counts as the same; all in the unit of the values. */
export interface Claim {
  value: number;
  /** How far off `value` may have been read. */
  readingError: number;
  /** How far a median may lie from what was published and still reproduce it. */
  margin: number;
}

export const verdicts = ['reproduced', 'not reproduced', 'inconclusive'] as const;

export type Verdict = (typeof verdicts)[number];

/** What a set of runs says of a claim. */
export interface Judgement {
  verdict: Verdict;
  /** Of the median of the distribution that the runs are from, at level 1 - 2 alpha. */
  interval: ExactInterval | Refusal;
  /** Inside of these the claim holds, wherever within its reading error the published number lies. */
  inner: { low: number; high: number };
  /** Outside of these it does not, wherever that number lies. */
  outer: { low: number; high: number };
  /** Of the median lying inside of `inner` although it does not: the larger of two one-sided sign tests. */
  pEquivalence: number;
  /** Of its lying outside of `outer` although it does not: the smaller of two one-sided sign tests. */
  pDifference: number;
}

/**
 * Judges whether runs reproduce a published median, by two one-sided sign tests at level `alpha` each: the claim is
 * reproduced where the interval of the median lies within the margin, not reproduced where all of it lies outside, and else
 * undecided. The reading error counts against either verdict. No distribution is assumed.
 *
 * @throws UnusableNumbersError when there are no values, one is not finite, or the margin does not exceed the reading error.
 */
export function judge(values: readonly number[], claim: Claim, alpha: number): Judgement {
  const { n } = summarise(values);
  const { inner, outer } = boundsOf(claim);
  const p = (count: number): number => binomialCdf(count, n, 0.5);
  const upTo = (bound: number): number => values.filter((value) => value <= bound).length;
  const from = (bound: number): number => values.filter((value) => value >= bound).length;
  const pEquivalence = Math.max(p(upTo(inner.low)), p(from(inner.high)));
  const pDifference = Math.min(p(upTo(outer.high)), p(from(outer.low)));
  return {
    verdict: pEquivalence <= alpha ? 'reproduced' : pDifference <= alpha ? 'not reproduced' : 'inconclusive',
    interval: medianInterval(values, 1 - 2 * alpha),
    inner,
    outer,
    pEquivalence,
    pDifference,
  };
}

/** Where a median reproduces a claim, and beyond what it does not. @throws UnusableNumbersError as {@link judge}. */
export function boundsOf({ value, readingError, margin }: Claim): Pick<Judgement, 'inner' | 'outer'> {
  if (!(margin > readingError)) {
    throw new UnusableNumbersError(
      `Expected a margin above the reading error, found ${margin} and ${readingError}`,
    );
  }
  const around = (half: number): { low: number; high: number } => ({ low: value - half, high: value + half });
  return { inner: around(margin - readingError), outer: around(margin + readingError) };
}

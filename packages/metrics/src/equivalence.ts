import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import { UnusableNumbersError } from './errors.ts';
import { medianInterval, type ExactInterval } from './intervals.ts';
import { summarise } from './summary.ts';
import type { Refusal } from './support.ts';

/** A published number, and how close a median must be; all in the unit of the values. */
export interface Claim {
  value: number;
  /** Half-width of the uncertainty of `value`, for a number read off a figure. */
  readingError: number;
  /** The largest distance from the published number that still reproduces it. */
  margin: number;
}

export const verdicts = ['reproduced', 'not reproduced', 'inconclusive'] as const;

export type Verdict = (typeof verdicts)[number];

/** The result of comparing runs with a claim. */
export interface Judgement {
  verdict: Verdict;
  /** Interval for the median of the runs' distribution, at level 1 - 2 alpha. */
  interval: ExactInterval | Refusal;
  /** Inside these bounds the claim is reproduced, for any published number within the reading error. */
  inner: { low: number; high: number };
  /** Outside these bounds it is not, for any published number within the reading error. */
  outer: { low: number; high: number };
  /** P-value for the median inside `inner`: the larger of two one-sided sign tests. */
  pEquivalence: number;
  /** P-value for the median outside `outer`: the smaller of two one-sided sign tests. */
  pDifference: number;
}

/**
 * Judges whether runs reproduce a published median, by two one-sided sign tests at level `alpha`. The claim
 * is reproduced if the interval of the median is within the margin, not reproduced if it is entirely outside,
 * and otherwise undecided. The reading error counts against both verdicts. No distribution is assumed.
 *
 * @throws UnusableNumbersError if there are no values, one is not finite, or the margin does not exceed the
 * reading error.
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

/**
 * The bounds inside and outside of which a median decides a claim. @throws UnusableNumbersError as {@link
 * judge}.
 */
export function boundsOf({ value, readingError, margin }: Claim): Pick<Judgement, 'inner' | 'outer'> {
  if (!(margin > readingError)) {
    throw new UnusableNumbersError(
      `Expected a margin above the reading error, found ${margin} and ${readingError}`,
    );
  }
  const around = (half: number): { low: number; high: number } => ({ low: value - half, high: value + half });
  return { inner: around(margin - readingError), outer: around(margin + readingError) };
}

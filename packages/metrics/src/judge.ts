import { knownRuns, type Claim } from './claim.ts';
import { differenceFrom, type Difference } from './difference.ts';
import { hodgesLehmann, type Shift } from './hodgesLehmann.ts';
import type { Interval } from './intervals.ts';
import type { Refusal } from './support.ts';

export const verdicts = ['not reproduced', 'inconclusive', 'reproduced'] as const;

export type Verdict = (typeof verdicts)[number];

/** The result of comparing runs with a claim. */
export interface Judgement {
  verdict: Verdict;
  difference: Difference | Refusal;
  /** The same by ranks, a check against skew; absent where the single published runs are not known. */
  byRanks?: { verdict: Verdict; shift: Shift | Refusal };
}

/**
 * Judges whether runs reproduce a claim: they do if the interval of their difference lies within the margin, they do
 * not if all of it lies outside, and otherwise the runs decide nothing (Schuirmann 1987). See `differenceFrom` for the
 * interval and what it assumes.
 *
 * @param alpha the probability on each side of the interval; below 0.05 where the runs are looked at more than once.
 * @throws UnusableNumbersError if a number is not finite, there are no values, or the claim is unusable.
 */
export function judge(values: readonly number[], claim: Claim, alpha: number): Judgement {
  const difference = differenceFrom(values, claim, alpha);
  const verdict = verdictOf(difference, claim.margin);
  const runs = knownRuns(claim);
  if (runs === undefined) return { verdict, difference };
  const shift = hodgesLehmann(values, runs, alpha);
  return { verdict, difference, byRanks: { verdict: verdictOf(shift, claim.margin), shift } };
}

/**
 * What an interval of a difference says beside a margin. An end that lies at the margin, but for rounding, is neither
 * within nor outside.
 */
export function verdictOf(interval: Interval | Refusal, margin: number): Verdict {
  if (interval.kind === 'refused') return 'inconclusive';
  const { low, high } = interval;
  const rounding = 1e-9 * margin;
  if (Math.max(-low, high) < margin - rounding) return 'reproduced';
  return Math.max(low, -high) > margin + rounding ? 'not reproduced' : 'inconclusive';
}

/** The last of the declared looks that this number of runs reaches; 0 before the first. */
export const lookReached = (runs: number, looks: readonly number[]): number =>
  looks.reduce((last, look) => (look <= runs && look > last ? look : last), 0);

import { UnusableNumbersError } from './errors.ts';

/** States that a sample is too small for a result, and what size would do. */
export interface Refusal {
  kind: 'refused';
  /** Such as "5 pairs cannot go below p = 0.0625; 6 would". */
  reason: string;
}

export const refused = (reason: string): Refusal => ({ kind: 'refused', reason });

/** The smallest integer from `from` on for which `holds` is true. */
export function leastFrom(from: number, holds: (candidate: number) => boolean): number {
  let candidate = from;
  while (!holds(candidate)) candidate += 1;
  return candidate;
}

/** A probability with four significant digits, without trailing zeros. */
export const shortly = (probability: number): string => String(Number(probability.toPrecision(4)));

/** Holds a probability on one side of an interval to what one can be. @throws UnusableNumbersError when it is none. */
export function requireTail(alpha: number): void {
  if (alpha > 0 && alpha < 0.5) return;
  throw new UnusableNumbersError(`Expected a probability on each side between 0 and 0.5, found ${alpha}`);
}

/** The same for the level of a two-sided test. */
export function requireSignificance(alpha: number): void {
  if (alpha > 0 && alpha <= 1) return;
  throw new UnusableNumbersError(`Expected a level above 0 and at most 1, found ${alpha}`);
}

/** The same for the confidence of an interval. */
export function requireLevel(level: number): void {
  if (level > 0 && level < 1) return;
  throw new UnusableNumbersError(`Expected a confidence between 0 and 1, found ${level}`);
}

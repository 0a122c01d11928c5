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

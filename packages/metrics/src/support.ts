/** What a sample cannot support, and what would: no number is made up in its place. */
export interface Refusal {
  kind: 'refused';
  /** "5 pairs cannot go below p = 0.0625; 6 would". */
  reason: string;
}

export const refused = (reason: string): Refusal => ({ kind: 'refused', reason });

/** The least whole number from `from` on of which `holds` is true. */
export function leastFrom(from: number, holds: (candidate: number) => boolean): number {
  let candidate = from;
  while (!holds(candidate)) candidate += 1;
  return candidate;
}

/** A probability as people write it: four digits, without those that say nothing. */
export const shortly = (probability: number): string => String(Number(probability.toPrecision(4)));

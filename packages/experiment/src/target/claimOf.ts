import type { Shots } from '@bit-repro/data';
import type { Claim } from '@bit-repro/metrics';
import { marginFor, type VerdictRule } from '../verdictRule.ts';
import { resultAt } from './resultAt.ts';
import type { Target } from './targetSchema.ts';

/**
 * What a target claims of a network on a data set, at a number of shots, with the margin of the rule. Undefined where one of
 * them is missing, or nothing is known of the uncertainty of the published value.
 */
export function claimOf(
  { claims }: Target,
  rule: VerdictRule,
  place: { model: string; dataset: string; shots: Shots },
): Claim | undefined {
  const margin = marginFor(rule, place)?.points;
  const result = resultAt(claims, place);
  const n = claims.n ?? result?.runs?.length;
  if (margin === undefined || result === undefined || n === undefined) return undefined;
  // Some of the runs alone might be a choice.
  const runs = result.runs?.length === n ? result.runs.map(({ value }) => value) : undefined;
  return {
    statistic: claims.statistic,
    value: result.value,
    n,
    ...(runs !== undefined && runs.length > 1 && { runs }),
    readingError: result.readingError ?? 0,
    margin,
  };
}

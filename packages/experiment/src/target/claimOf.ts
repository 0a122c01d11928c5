import type { Shots } from '@bit-repro/data';
import type { Claim } from '@bit-repro/metrics';
import { isAtShots } from '../shots.ts';
import type { VerdictRule } from '../verdictRule.ts';
import type { Target } from './targetSchema.ts';

/**
 * What a target claims of a network at a number of shots, with the margin of the rule. Undefined where one of them is missing, or
 * nothing is known of the uncertainty of the published value.
 */
export function claimOf(
  { claims }: Target,
  rule: VerdictRule,
  { model, shots }: { model: string; shots: Shots },
): Claim | undefined {
  const margin = rule.margins.find((candidate) => candidate.shots === shots)?.points;
  const result = claims.results.find(
    (candidate) => candidate.model === model && isAtShots(candidate.shots, shots),
  );
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

import type { Claim, Judgement } from '@bit-repro/metrics';
import type { RunRecord } from '@bit-repro/runs';
import { claimOf, judgementOf, valuesOf, type NumberSource, type Sample } from './derivation.ts';
import type { Ledger } from './ledger.ts';
import type { PublishedResult } from './published.ts';
import type { ReportedGroup } from './reportedRuns.ts';

/** A set of runs held against a published median. */
export interface JudgedRuns {
  /** Ours, by the title of their arm, or a control: runs of others that go through the same test. */
  who: { arm: string } | { control: PublishedResult['source'] };
  of: Sample;
  /** The network whose published median is meant. */
  model: string;
  shots: number;
  n: number;
  claim: Claim;
  judgement: Judgement;
  /** How many runs in all would be expected to settle what these leave open; absent where none would. */
  runsNeeded?: number;
}

/** Judges every group of ours whose network the target has claims about, and after them the controls. */
export function judgeRuns(
  groups: readonly ReportedGroup[],
  published: readonly PublishedResult[],
  ledger: Ledger,
): JudgedRuns[] {
  const { source } = ledger;
  const alpha = source.verdict?.alpha ?? 0;
  const judgeOne = (who: JudgedRuns['who'], of: Sample, model: string, shots: number): JudgedRuns[] => {
    const claim = claimOf(source, model, shots);
    const values = valuesOf(of, source);
    if (claim === undefined || values.length === 0) return [];
    const judgement = judgementOf({ of, claim: { model, shots }, alpha }, source);
    const needed =
      judgement.verdict === 'inconclusive'
        ? ledger.value({ reducer: 'runs-needed', of, claim: { model, shots }, alpha })
        : null;
    return [
      {
        who,
        of,
        model,
        shots,
        n: values.length,
        claim,
        judgement,
        ...(needed !== null && { runsNeeded: needed }),
      },
    ];
  };
  const ours = groups.flatMap(({ arm, claimedModel, shots, runs }) =>
    claimedModel === undefined
      ? []
      : judgeOne({ arm }, { runs: runs.map(({ id }) => id) }, claimedModel, shots),
  );
  const controls = published.flatMap(({ source: control, model, shots }) =>
    judgeOne({ control }, { published: control, model, shots }, model, shots),
  );
  return [...ours, ...controls];
}

/** How many of the runs were begun when the config already had this rule. */
export function begunUnderRule(records: readonly RunRecord[], { verdict }: NumberSource): number {
  const rule = JSON.stringify(verdict);
  return records.filter(({ provenance }) => JSON.stringify(provenance.verdict) === rule).length;
}

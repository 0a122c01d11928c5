import { isDeepStrictEqual } from 'node:util';
import type { ReportSummary } from '../reportSummary.ts';

type Group = ReportSummary['groups'][number];
type Run = Group['runs'][number];

/** Runs of a report whose results are those of the base branch's report, seed by seed. */
export interface SameResults {
  identical: number;
  /** Runs of both reports with the same arm, shots and seed. */
  compared: number;
  /** All runs of this report. */
  of: number;
}

/**
 * How many runs of a group have the same scores and losses, to the last digit, as the run of their seed in the base branch's
 * report, whatever their keys: other code may give the same results.
 */
export function sameResults(here: Group | undefined, base: Group | undefined): SameResults {
  const bySeed = new Map(base?.runs.map((run) => [run.seed, run]));
  const pairs = (here?.runs ?? []).flatMap((run): [Run, Run][] => {
    const before = bySeed.get(run.seed);
    return before === undefined ? [] : [[run, before]];
  });
  const identical = pairs.filter((pair) => {
    const [now, then] = pair.map(({ top1, top5, loss, losses }) => ({ top1, top5, loss, losses }));
    return isDeepStrictEqual(now, then);
  }).length;
  return { identical, compared: pairs.length, of: here?.runs.length ?? 0 };
}

/** In a cell: `5 of 5 results identical`, and how many runs have none to be compared with. */
export function sameInWords(here: Group | undefined, base: Group | undefined): string {
  if (base === undefined) return 'new';
  if (here === undefined) return 'gone';
  const { identical, compared, of } = sameResults(here, base);
  const added = of === compared ? '' : `, ${of - compared} new`;
  const gone = base.runs.length === compared ? '' : `, ${base.runs.length - compared} gone`;
  return `${identical} of ${compared} results identical${added}${gone}`;
}

import { claimOf, digestOfTarget, type PlannedRun } from '@bit-repro/experiment';
import { lookReached, type Claim, type Judgement } from '@bit-repro/metrics';
import { judgementOf, type NumberSource, type Sample } from './derivation.ts';
import type { Ledger } from './ledger.ts';
import { claimedModel } from './network.ts';
import type { PublishedResult } from './published.ts';
import type { ReportedGroup } from './reportedRuns.ts';
import { deviationsOf } from './settings.ts';
import { taskOf, type Task } from './task.ts';

/** A set of runs held against a published value. */
export interface JudgedRuns extends Task {
  /** Ours, by the title of their arm, or a control: runs of others that go through the same test. */
  who: { arm: string } | { control: PublishedResult['source'] };
  /** The runs that are judged: those of the newest look that is reached. Empty before the first. */
  of: Sample;
  n: number;
  /** Finished runs that wait for the next look. */
  waiting: number;
  /** Absent after the last look, and for controls. */
  nextLook?: number;
  /** The network whose published value is meant. */
  model: string;
  claim: Claim;
  /** Absent before the first look. */
  judgement?: Judgement;
  /** The looks before the newest. */
  earlier: { n: number; of: Sample; judgement: Judgement }[];
  /** Of ours: settings other than the claim's that do not make another recipe. */
  allowed: string[];
}

/**
 * What a target claims of the network and the recipe of a run, by the rule. Undefined where it has no such claim: of another network,
 * recipe or data set, or at other shots.
 */
export function claimOn(
  run: PlannedRun,
  { target, verdict }: Pick<NumberSource, 'target' | 'verdict'>,
): Claim | undefined {
  if (target === undefined || verdict === undefined) return undefined;
  const model = claimedModel(run, target);
  if (model === undefined || deviationsOf(run, target).length > 0) return undefined;
  return claimOf(target, verdict, { model, ...taskOf(run) });
}

/** Judges every group of ours whose network and recipe the target has claims about, and after them the controls. */
export function judgeRuns(
  groups: readonly ReportedGroup[],
  published: readonly PublishedResult[],
  { source }: Ledger,
): JudgedRuns[] {
  const { target, verdict } = source;
  if (target === undefined || verdict === undefined) return [];
  const judgementOn = (of: Sample, claim: Task & { model: string }): Judgement =>
    judgementOf({ of, claim, alpha: verdict.alpha }, source);
  const judged = (one: Pick<JudgedRuns, 'who' | 'of' | 'n' | 'model' | keyof Task>) => {
    const { of, n, model, dataset, shots } = one;
    const claim = claimOf(target, verdict, { model, dataset, shots });
    if (claim === undefined) return undefined;
    return { ...one, claim, ...(n > 0 && { judgement: judgementOn(of, { model, dataset, shots }) }) };
  };
  const ours = groups.flatMap((group): JudgedRuns[] => {
    const { arm, claimedModel: model, dataset, shots, deviations, allowed } = group;
    if (model === undefined || deviations.length > 0) return [];
    const inOrder = runsInOrder(group);
    const n = lookReached(inOrder.length, verdict.looks);
    const place = { model, dataset, shots };
    const found = judged({ who: { arm }, of: { runs: inOrder.slice(0, n) }, n, ...place });
    if (found === undefined) return [];
    const nextLook = verdict.looks.find((look) => look > n);
    const waiting = group.runs.length - n;
    const earlier = verdict.looks
      .filter((look) => look < n)
      .map((look) => {
        const of = { runs: inOrder.slice(0, look) };
        return { n: look, of, judgement: judgementOn(of, place) };
      });
    return [{ ...found, waiting, allowed, earlier, ...(nextLook !== undefined && { nextLook }) }];
  });
  const controls = published.flatMap(({ source: control, model, dataset, shots, runs }): JudgedRuns[] => {
    if (runs.length < 2) return [];
    const place = { model, dataset, shots };
    const of = { published: control, ...place };
    const found = judged({ who: { control }, of, n: runs.length, ...place });
    return found === undefined ? [] : [{ ...found, waiting: 0, allowed: [], earlier: [] }];
  });
  return [...ours, ...controls];
}

/** The runs of the first seeds of the plan, up to one that is missing: which runs are judged must not depend on what they gave. */
function runsInOrder({ seeds, runs }: Pick<ReportedGroup, 'seeds' | 'runs'>): string[] {
  const found = seeds.map((seed) => runs.find((run) => run.seed === seed)?.id);
  const missing = found.indexOf(undefined);
  return found.slice(0, missing === -1 ? found.length : missing).flatMap((id) => id ?? []);
}

/** How many runs of ours are judged, and how many of them were begun with this rule in the config, and these published numbers. */
export function begunUnder(
  judged: readonly JudgedRuns[],
  { records, target, verdict }: NumberSource,
): { runs: number; rule: number; target: number } {
  const ids = judged.flatMap(({ who, of }) => ('arm' in who && 'runs' in of ? of.runs : []));
  const provenances = ids.map((id) => records.get(id)!.provenance);
  const rule = JSON.stringify(verdict);
  const states = target === undefined ? [] : [digestOfTarget(target), ...target.sameNumbersAs];
  return {
    runs: ids.length,
    rule: provenances.filter((one) => JSON.stringify(one.verdict) === rule).length,
    target: provenances.filter((one) => one.target !== undefined && states.includes(one.target.sha256))
      .length,
  };
}

import { nameOfDataset, type Shots } from '@bit-repro/data';
import { differingKeys, fieldsOf } from './fieldsOf.ts';
import type { RunRecord, RunSpec } from '../store/records.ts';

/** A run that is compared; without a record if it is not finished. */
export interface ComparedRun {
  spec: RunSpec;
  record?: RunRecord;
}

/** The runs of an arm at a task. */
export interface Group {
  arm: string;
  dataset: string;
  shots: Shots;
  runs: ComparedRun[];
}

/** Groups of both sides that are compared, and those that have no counterpart. */
export interface PairedGroups {
  pairs: [Group, Group][];
  alone: [Group[], Group[]];
}

/**
 * Pairs groups of the same arm and task; then, at each task, those whose settings differ the least, whatever their arms are called; then what is
 * left, if that is one group on each side.
 */
export function pairGroups(one: readonly ComparedRun[], other: readonly ComparedRun[]): PairedGroups {
  const alone: [Group[], Group[]] = [groupsOf(one), groupsOf(other)];
  const pairs: [Group, Group][] = [];
  const take = (left: Group, right: Group): void => {
    if (!alone[0].includes(left) || !alone[1].includes(right)) return;
    pairs.push([left, right]);
    alone[0].splice(alone[0].indexOf(left), 1);
    alone[1].splice(alone[1].indexOf(right), 1);
  };
  const candidates = alone[0].flatMap((left) =>
    alone[1]
      .filter((right) => right.dataset === left.dataset && right.shots === left.shots)
      .map((right) => ({ left, right, distance: left.arm === right.arm ? -1 : distanceOf(left, right) })),
  );
  for (const { left, right } of candidates.sort((a, b) => a.distance - b.distance)) take(left, right);
  const [[left, ...lefts], [right, ...rights]] = alone;
  if (left !== undefined && right !== undefined && lefts.length + rights.length === 0) take(left, right);
  return { pairs, alone };
}

const distanceOf = ({ runs: [one] }: Group, { runs: [other] }: Group): number =>
  differingKeys(fieldsOf(one!.spec), fieldsOf(other!.spec)).length;

function groupsOf(runs: readonly ComparedRun[]): Group[] {
  const groups = new Map<string, Group>();
  for (const run of runs) {
    const { arm, fineTune } = run.spec;
    const place = { arm: arm.name, dataset: nameOfDataset(run.spec.dataset), shots: fineTune.shots };
    const key = JSON.stringify(place);
    const group = groups.get(key) ?? { ...place, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  return [...groups.values()];
}

import { ExplainedError } from '@bit-repro/artifacts';
import { nameOfDataset } from '@bit-repro/data';
import { embeddedNetwork } from '@bit-repro/stand-in';
import { configure } from 'safe-stable-stringify';
import { modelNamed, modelNames, type PlannedRun } from '@bit-repro/experiment';
import type { RunRecord } from '@bit-repro/runs';

const stringify = configure({ deterministic: true });

/** What a run is of, whatever its arm is called. */
const settingsOf = ({ model, weights, dataset, fineTune }: PlannedRun | RunRecord['spec']): string =>
  stringify([
    ...[model, weights.kind, 'seed' in weights ? weights.seed : null],
    ...[nameOfDataset(dataset), fineTune],
  ]);

export type RecordFinder = (run: PlannedRun) => RunRecord | undefined;

/** Finds the record of a run: not of one that was trained otherwise, whatever its arm, shots and seed. */
export function recordFinder(records: readonly RunRecord[]): RecordFinder {
  const identity = (run: PlannedRun | RunRecord['spec']): string => `${run.arm.name} ${settingsOf(run)}`;
  const byIdentity = new Map(records.map((record) => [identity(record.spec), record]));
  return (run) => byIdentity.get(identity(run));
}

/**
 * The records under the display names of a plan. A run that another experiment made keeps that one's names in its files.
 *
 * @throws ExplainedError when a run is not in the plan, is there twice, or has a network that the plan calls by another's name.
 */
export function namedAsPlanned(records: readonly RunRecord[], planned: readonly PlannedRun[]): RunRecord[] {
  const bySettings = new Map<string, PlannedRun[]>();
  for (const run of planned) {
    requireHonestName(run);
    bySettings.set(settingsOf(run), [...(bySettings.get(settingsOf(run)) ?? []), run]);
  }
  return records.map((record) => {
    const { id, spec } = record;
    const alike = bySettings.get(settingsOf(spec));
    // Arms that start from different files may otherwise be the same.
    const place = alike?.findIndex(({ arm }) => arm.name === spec.arm.name) ?? -1;
    const [run] = alike?.splice(Math.max(place, 0), 1) ?? [];
    if (run !== undefined)
      return { ...record, spec: { ...spec, experiment: run.experiment, arm: { ...run.arm } } };
    throw new ExplainedError(
      `Expected the run ${id} to be one that the report was asked to be of, found ${alike === undefined ? 'other settings than any of them' : 'a second run of the same settings and seed'}`,
      altered,
    );
  });
}

/** No stand-in and no random weights may pass for the published network. */
function requireHonestName({ model, weights, fineTune: { architecture } }: PlannedRun): void {
  const { kind, name } = weights;
  const isItsName = {
    published: name === model,
    embedded: name === embeddedNetwork.title,
    random: /^random weights .*, not BiT-M$/.test(name),
    file: name.endsWith(', not published weights'),
    hub: name.endsWith(' of Hugging Face, not the published file'),
  }[kind];
  const known = modelNames.includes(model) ? modelNamed(model) : undefined;
  const isItsModel =
    known?.architecture === architecture && (known.weights === undefined || known.weights === kind);
  if (isItsName && isItsModel) return;
  throw new ExplainedError(
    `Expected the report to call a network of architecture ${architecture} and ${kind} weights by its name, found ${model} and ${name}`,
    altered,
  );
}

const altered = 'The report or the run was altered: run the experiment again to remake the report.';

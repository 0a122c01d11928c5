import { ExplainedError } from '@bit-repro/artifacts';
import { configure } from 'safe-stable-stringify';
import type { PlannedRun } from '@bit-repro/experiment';
import type { RunRecord } from '@bit-repro/runs';

const stringify = configure({ deterministic: true });

/** What a run is of, whatever its arm is called. */
const settingsOf = ({ model, weights, fineTune }: PlannedRun | RunRecord['spec']): string =>
  stringify([model, weights.kind, fineTune]);

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
 * @throws ExplainedError when a run is not in the plan, or is there twice.
 */
export function namedAsPlanned(records: readonly RunRecord[], planned: readonly PlannedRun[]): RunRecord[] {
  const bySettings = new Map(planned.map((run) => [settingsOf(run), run]));
  return records.map((record) => {
    const { id, spec } = record;
    const settings = settingsOf(spec);
    const run = bySettings.get(settings);
    // Taken once.
    bySettings.delete(settings);
    if (run !== undefined)
      return { ...record, spec: { ...spec, experiment: run.experiment, arm: { ...run.arm } } };
    const isTwice = planned.some((other) => settingsOf(other) === settings);
    throw new ExplainedError(
      `Expected the run ${id} to be one that the report was asked to be of, found ${isTwice ? 'a second run of the same settings and seed' : 'other settings than any of them'}`,
      'The report or the run was altered: run the experiment again to remake the report.',
    );
  });
}

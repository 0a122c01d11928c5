import { inLine } from '@bit-repro/artifacts';
import { datasetTitle, nameOfDataset } from '@bit-repro/data';
import { shotsInWords } from '@bit-repro/experiment';
import { isSilent, type RunSummary } from '@bit-repro/runs';

/** The states of a run in the store, with those that matter to somebody who waits. */
export type WatchedState =
  | RunSummary['state']
  /** Claimed by a process or in the queue of a cluster, but its worker has not reported yet. */
  | 'waiting'
  /** Running, but its worker has not reported for minutes. */
  | 'silent'
  /** In the latest plan of its experiment, but not started. */
  | 'planned';

/** What is shown of a run. What is unknown is absent. */
export interface RunRow {
  id: string;
  state: WatchedState;
  reason?: string;
  experiment?: string;
  arm?: string;
  /** Data set and number of shots, in words. */
  task?: string;
  seed?: number;
  step?: number;
  steps?: number;
  /** Of the current evaluation, how much is done, from 0 to 1. */
  evaluating?: number;
  loss?: number;
  top1?: number;
  /** That it has run, or took. */
  seconds?: number;
  /** That it will still take, estimated. */
  left?: number;
  host?: string;
  /** When it ended, or its worker last reported. */
  at?: string;
}

/** The longest reason that is shown; a worker's error may quote a whole file. */
const longestReason = 500;

/** The row of a run. */
export function rowOf(run: RunSummary, now = Date.now()): RunRow {
  const { spec } = run;
  return {
    id: run.id,
    state: run.state,
    ...(spec && {
      experiment: inLine(spec.experiment),
      arm: inLine(spec.arm.name),
      task: inLine(`${datasetTitle(nameOfDataset(spec.dataset))}, ${shotsInWords(spec.fineTune.shots)}`),
      seed: spec.fineTune.seed,
      steps: spec.fineTune.schedule.at(-1)!,
    }),
    ...conditionOf(run, now),
  };
}

function conditionOf(run: RunSummary, now: number): Partial<RunRow> {
  switch (run.state) {
    case 'done': {
      const { step, top1, loss } = run.final;
      const { seconds, finishedAt: at } = run.timing;
      return { step, top1, loss, seconds, at };
    }
    case 'running': {
      const { heartbeat } = run;
      if (heartbeat === undefined) return { state: 'waiting' };
      const { step, steps, loss, evaluating, host, startedAt, at } = heartbeat;
      return {
        ...(isSilent(heartbeat, now) && { state: 'silent' }),
        step,
        steps,
        ...(loss !== undefined && { loss }),
        ...(evaluating && { evaluating: evaluating.done / Math.max(1, evaluating.total) }),
        seconds: (Date.parse(at) - Date.parse(startedAt)) / 1000,
        host: inLine(host),
        at,
      };
    }
    case 'interrupted':
      return {};
    default:
      return { reason: inLine(run.reason, longestReason) };
  }
}

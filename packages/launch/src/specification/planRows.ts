import { nameOfDataset, type Shots } from '@bit-repro/data';
import { largest } from '@bit-repro/artifacts';
import { runId, runKey, type RunStore, type RunSummary } from '@bit-repro/runs';
import type { SpecifiedRun, SpecifiedRuns } from './specify.ts';
import { Forecaster, stepsOf, type Forecast } from '../forecast/forecast.ts';

/** A planned run, its state and its cost. */
export interface PlanRow {
  /** Ends in `?` while the run's key is unknown. */
  id: string;
  arm: string;
  /** By name. */
  dataset: string;
  shots: Shots;
  seed: number;
  model: string;
  /** Never the name of published weights for other ones. */
  weights: string;
  steps: number;
  state: 'done' | 'absent' | 'damaged' | 'unreadable';
  /** Why a run is damaged or unreadable. */
  reason?: string;
  /** Measured for a finished run, otherwise forecast. */
  seconds: number;
  memoryBytes: number;
  flops: number;
  basis: Forecast['basis'] | { kind: 'measured' };
}

export interface PlanTotals {
  runs: number;
  done: number;
  absent: number;
  damaged: number;
  /** Runs whose files cannot be read now; `run` leaves them alone. */
  unreadable: number;
  /** Expected time for the remaining runs on this machine, several at a time. */
  secondsLeft: number;
  flopsLeft: number;
  /** The most that any run needs. */
  memoryBytes: number;
}

/** State and cost of every run of a plan, forecast from the finished runs in the store. */
export async function planRows(
  { runs, resources }: Pick<SpecifiedRuns, 'runs' | 'resources'>,
  store: RunStore,
): Promise<PlanRow[]> {
  const stored = await store.list();
  const byId = new Map(stored.map((run) => [run.id, run]));
  const forecaster = new Forecaster(
    stored.filter((run) => run.state === 'done'),
    resources,
  );
  return runs.map((one) => rowOf(one, byId.get(runId(one.spec)), forecaster));
}

function rowOf(
  { run, spec, isOpenKey }: SpecifiedRun,
  stored: RunSummary | undefined,
  forecaster: Forecaster,
): PlanRow {
  const { flops, ...forecast } = forecaster.forecast(spec);
  const row = {
    id: isOpenKey ? runId(spec).replace(/[0-9a-f]{12}$/, '?') : runId(spec),
    arm: run.arm.name,
    dataset: nameOfDataset(run.dataset),
    shots: run.shots,
    seed: run.seed,
    model: run.model,
    weights: run.weights.name,
    steps: stepsOf(run.fineTune),
    flops,
  };
  switch (stored?.state) {
    case 'done': {
      if (runKey(stored.spec) !== runKey(spec)) {
        return { ...row, state: 'damaged', reason: 'its result belongs to another run', ...forecast };
      }
      const { seconds, peakRssBytes } = stored.timing;
      return { ...row, state: 'done', seconds, memoryBytes: peakRssBytes, basis: { kind: 'measured' } };
    }
    case 'damaged':
    case 'foreign':
      return { ...row, state: 'damaged', reason: stored.reason, ...forecast };
    case 'unreadable':
      return { ...row, state: 'unreadable', reason: stored.reason, ...forecast };
    default:
      return { ...row, state: 'absent', ...forecast };
  }
}

/** Whether `run` would run it. */
export const isLeft = ({ state }: Pick<PlanRow, 'state'>): boolean =>
  state === 'absent' || state === 'damaged';

export function planTotals(
  rows: readonly PlanRow[],
  { resources }: Pick<SpecifiedRuns, 'resources'>,
): PlanTotals {
  const count = (state: PlanRow['state']): number => rows.filter((row) => row.state === state).length;
  const left = rows.filter(isLeft);
  const sum = (pick: (row: PlanRow) => number): number => left.reduce((total, row) => total + pick(row), 0);
  const secondsOf = ({ seconds }: PlanRow): number => seconds;
  // The longest run takes its time, however many run at once.
  const secondsLeft = Math.max(sum(secondsOf) / resources.workers, largest(left.map(secondsOf)));
  return {
    runs: rows.length,
    done: count('done'),
    absent: count('absent'),
    damaged: count('damaged'),
    unreadable: count('unreadable'),
    secondsLeft,
    flopsLeft: sum(({ flops }) => flops),
    memoryBytes: rows.reduce((most, { memoryBytes }) => Math.max(most, memoryBytes), 0),
  };
}

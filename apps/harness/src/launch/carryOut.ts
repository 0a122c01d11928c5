import PQueue from 'p-queue';
import { Forecaster, type Resources } from '../forecast/forecast.ts';
import type { Provenance, RunSpec } from '../store/records.ts';
import { runId } from '../store/runKey.ts';
import type { RunStore } from '../store/runStore.ts';
import type { Job, JobListener, JobOutcome, Launcher } from './launcher.ts';

export interface CarryOutOptions {
  store: RunStore;
  launcher: Launcher;
  listener: JobListener;
  provenance: Provenance;
  /** The difference to the commit, where there is one. */
  diff: string | undefined;
  /** Whether fine-tuned weights are kept. */
  saveWeights: boolean;
  /** Of the machine that the runs are for. */
  resources: Resources;
  /** Once aborted, nothing more is begun. */
  signal: AbortSignal;
  print: (line: string) => void;
}

/**
 * Carries out the runs that are not done, the longest first so that none is left over at the end, as many at a time as the
 * launcher has room for. A run is locked, and its folder made, only when there is room for it. One that another process works
 * on is waited for, and is then done.
 *
 * @returns how each ended, in the order of `specs`.
 */
export async function carryOut(specs: readonly RunSpec[], options: CarryOutOptions): Promise<JobOutcome[]> {
  const forecaster = new Forecaster([], options.resources);
  const queue = new PQueue({ concurrency: options.launcher.slots });
  return Promise.all(
    specs.map((spec) =>
      queue.add(() => carryOutOne(spec, options), { priority: forecaster.forecast(spec).flops }),
    ),
  );
}

async function carryOutOne(
  spec: RunSpec,
  { store, launcher, listener, provenance, diff, saveWeights, signal, print }: CarryOutOptions,
): Promise<JobOutcome> {
  if ((await store.state(spec)).kind === 'done') return { kind: 'done' };
  if (signal.aborted) return { kind: 'stopped' };
  return store.whileLocked(spec, async () => {
    const state = await store.state(spec);
    if (state.kind === 'done') return { kind: 'done' };
    if (state.kind === 'damaged') print(`${runId(spec)} is done again: ${state.reason}`);
    const folder = await store.open(spec, provenance, diff);
    const job: Job = { id: runId(spec), folder, steps: spec.fineTune.schedule.at(-1) ?? 0, saveWeights };
    return launcher.submit(job, listener);
  });
}

import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
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
  /** Whether runs that are done are done again, and their folders kept beside the new ones. Default: they are not. */
  force?: boolean;
  /** Of the machine that the runs are for. */
  resources: Resources;
  /** Once aborted, nothing more is begun. */
  signal: AbortSignal;
  print: (line: string) => void;
  /** How long to wait before each further attempt at a run whose worker was lost. */
  retryAfterMs?: readonly number[];
}

const defaultRetryAfterMs = [5_000, 60_000];

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

async function carryOutOne(spec: RunSpec, options: CarryOutOptions): Promise<JobOutcome> {
  const { store, provenance, diff, saveWeights, force = false, signal, print } = options;
  if (!force && (await store.state(spec)).kind === 'done') return { kind: 'done' };
  if (signal.aborted) return { kind: 'stopped' };
  return store.whileLocked(spec, async () => {
    const state = await store.state(spec);
    if (state.kind === 'done' && !force) return { kind: 'done' };
    if (state.kind === 'done') {
      const aside = await store.setAside(spec);
      print(`${runId(spec)} is done again; what it was is kept as ${basename(aside!)}`);
    }
    if (state.kind === 'damaged') print(`${runId(spec)} is done again: ${state.reason}`);
    const folder = await store.open(spec, provenance, diff);
    const job: Job = { id: runId(spec), folder, steps: spec.fineTune.schedule.at(-1) ?? 0, saveWeights };
    return submitPersistently(job, options);
  });
}

/** Tries again where a worker was lost; it goes on from its checkpoint. A run that failed by itself would fail again. */
async function submitPersistently(
  job: Job,
  { launcher, listener, signal, print, retryAfterMs = defaultRetryAfterMs }: CarryOutOptions,
): Promise<JobOutcome> {
  let outcome = await launcher.submit(job, listener);
  for (const delay of retryAfterMs) {
    if (outcome.kind !== 'failed' || outcome.transient !== true || signal.aborted) return outcome;
    print(`again in ${delay / 1000} s  ${job.id}`);
    const isStopped = await setTimeout(delay, false, { signal }).catch(() => true);
    if (isStopped) return { kind: 'stopped' };
    outcome = await launcher.submit(job, listener);
  }
  return outcome;
}

import { setMaxListeners } from 'node:events';
import { basename, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import PQueue from 'p-queue';
import {
  ExplainedError,
  isLocked,
  lockOwner,
  OutsideError,
  type HeldLock,
  indented,
  inLine,
  inTime,
  nameOfRun,
} from '@bit-repro/artifacts';
import { nameOfDataset } from '@bit-repro/data';
import { Forecaster, type Resources } from '../forecast/forecast.ts';
import { type Provenance, type RunSpec, runId, type RunStore, workerLockOf } from '@bit-repro/runs';
import type { Job, JobOutcome } from './launcher.ts';
import type { Supervisor } from './supervisor.ts';

export interface CarryOutOptions {
  store: RunStore;
  supervisor: Pick<Supervisor, 'slots' | 'attach' | 'carryOut'>;
  provenance: Provenance;
  /** The uncommitted changes, if any. */
  diff: Buffer | undefined;
  /** Whether to keep the fine-tuned weights. */
  saveWeights: boolean;
  /** Whether to re-run finished runs, keeping their old folders beside the new ones. Default: false. */
  force?: boolean;
  /**
   * Seconds between checkpoints. Default: five minutes. A checkpoint of R50x3 takes some seconds to write.
   */
  checkpointEvery?: number;
  /** Whether to only follow runs that another process started. Default: false. */
  attachOnly?: boolean;
  /** Of the machine that the runs are for. */
  resources: Resources;
  /** Once aborted, no further run is started. */
  signal: AbortSignal;
  print: (line: string) => void;
  /**
   * Delays before each further attempt at a run that lost its worker. Once a run has saved more steps, the
   * attempts are counted from zero.
   */
  retryAfterMs?: readonly number[];
  /** Between two looks at a run that another process works on. */
  lookAgainAfterMs?: number;
}

const defaultRetryAfterMs = [5_000, 60_000];
const defaultLookAgainAfterMs = 1_000;

/**
 * Runs everything that is not finished, the longest first so that none is left to the end, as many at a time
 * as there are slots. A run is locked, and its folder created, only when it gets a slot. A run that waits for
 * another process or for its next attempt gives its slot to the others.
 *
 * @returns the outcomes in the order of `specs`.
 */
export async function carryOut(specs: readonly RunSpec[], options: CarryOutOptions): Promise<JobOutcome[]> {
  // Thousands of runs may wait, each listening to the signal; Node warns of a leak above ten.
  setMaxListeners(0, options.signal);
  const forecaster = new Forecaster([], options.resources);
  const queue = new PQueue({ concurrency: options.supervisor.slots });
  const namesDatasets = new Set(specs.map(({ dataset }) => nameOfDataset(dataset))).size > 1;
  return Promise.all(
    specs.map((spec) => {
      const { flops } = forecaster.forecast(spec);
      return carryOutOne(spec, flops, queue, { ...options, namesDatasets });
    }),
  );
}

/** Whether jobs say on which data set they are. */
type NamedOptions = CarryOutOptions & { namesDatasets: boolean };

async function carryOutOne(
  spec: RunSpec,
  flops: number,
  queue: PQueue,
  options: NamedOptions,
): Promise<JobOutcome> {
  const { store, signal, print, retryAfterMs = defaultRetryAfterMs } = options;
  let delays = [...retryAfterMs];
  // Read inside the queue, so that runs enter the queue in the order of the plan.
  let kept: number | undefined;
  let force = options.force ?? false;
  for (;;) {
    const attempted = await queue.add(
      async () => {
        kept ??= await store.stepsKept(spec);
        return attempt(spec, flops, { ...options, force }).catch((error: unknown) =>
          asFailure(error, spec, print),
        );
      },
      { priority: flops },
    );
    if (attempted === undefined) {
      await whileElsewhere(spec, options);
      continue;
    }
    // On nodes that are preempted often, a run may take any number of attempts as long as each gets further.
    const keptNow = await store.stepsKept(spec);
    if (keptNow > kept!) [kept, delays] = [keptNow, [...retryAfterMs]];
    const delay = delays.shift();
    if (attempted.kind !== 'failed' || attempted.transient !== true || delay === undefined || signal.aborted)
      return attempted;
    print(`again in ${inTime(delay / 1000)}  ${nameOf(spec)}`);
    const isStopped = await setTimeout(delay, false, { signal }).catch(() => true);
    if (isStopped) return { kind: 'stopped' };
    force = false;
  }
}

/** Attempts a run once; resolves to undefined if another process is working on it. */
async function attempt(
  spec: RunSpec,
  flops: number,
  {
    store,
    supervisor,
    provenance,
    diff,
    saveWeights,
    force = false,
    checkpointEvery = 300,
    attachOnly = false,
    signal,
    print,
    namesDatasets,
  }: NamedOptions,
): Promise<JobOutcome | undefined> {
  if (!force && (await store.state(spec, 'report')).kind === 'done') return { kind: 'done' };
  if (signal.aborted) return { kind: 'stopped' };
  const { shots, seed, batch, schedule } = spec.fineTune;
  const folder = store.folderOf(spec);
  const job: Job = {
    id: runId(spec),
    arm: spec.arm.name,
    ...(namesDatasets && { dataset: nameOfDataset(spec.dataset) }),
    shots,
    seed,
    folder,
    steps: schedule.at(-1)!,
    batch,
    architecture: spec.fineTune.architecture,
    flops,
    saveWeights,
    checkpointEvery,
  };
  let held: HeldLock | undefined;
  const work = async (lock: HeldLock): Promise<JobOutcome | undefined> => {
    held = lock;
    // Its worker may have outlived the process that started it, or be on another machine.
    const went = await supervisor.attach(job);
    if (went?.kind === 'stopped') return went;
    const state = await store.state(spec, 'report');
    if (state.kind === 'done' && !(force && went === undefined)) return { kind: 'done' };
    if (state.kind === 'unreadable') throw new OutsideError(state.reason, state.remedy);
    if (attachOnly) return went ?? { kind: 'stopped' };
    if (await isLocked(workerLockOf(folder))) return undefined;
    lock.requireHeld();
    if (state.kind === 'done') {
      const aside = await store.setAside(spec);
      print(`${nameOf(spec)} is run again; the old result is kept as ${basename(aside!)}`);
    }
    if (state.kind === 'damaged') {
      const trash = await store.discard(spec, state.reason);
      print(
        `${nameOf(spec)} is run again: ${inLine(state.reason)}\n  the old folder is kept as ${relative(store.folder, trash)}`,
      );
    }
    await store.open(spec, provenance, diff, lock.requireHeld);
    lock.requireHeld();
    const outcome = await supervisor.carryOut(job);
    if (outcome.kind !== 'done') return outcome;
    const after = await store.state(spec);
    if (after.kind === 'done') return outcome;
    if (after.kind === 'unreadable') throw new OutsideError(after.reason, after.remedy);
    return {
      kind: 'failed',
      message: after.kind === 'damaged' ? after.reason : 'The run’s seal is missing',
      transient: true,
    };
  };
  try {
    return await store.whileLocked(spec, work);
  } catch (error) {
    if (held?.lost.aborted !== true) throw error;
    // This process was suspended for so long that another has taken over the run.
    return undefined;
  }
}

const nameOf = (spec: RunSpec): string => nameOfRun(runId(spec), spec.arm.name);

/** A failure that concerns one run, such as a full disk, must not end the others. */
function asFailure(error: unknown, spec: RunSpec, print: CarryOutOptions['print']): JobOutcome {
  if (!(error instanceof ExplainedError)) throw error;
  const { message, remedy } = error;
  print(indented(`failed   ${nameOf(spec)}\n${message}\n${remedy}`));
  return { kind: 'failed', message, remedy };
}

/** Waits while another process works on a run, and prints this once. */
async function whileElsewhere(
  spec: RunSpec,
  { store, signal, print, lookAgainAfterMs = defaultLookAgainAfterMs }: CarryOutOptions,
): Promise<void> {
  const folder = store.folderOf(spec);
  const owner = (await lockOwner(workerLockOf(folder))) ?? (await lockOwner(folder));
  if (owner !== undefined)
    print(`waits    ${nameOf(spec)}: process ${owner.pid} on ${inLine(owner.host)} is working on it`);
  do await setTimeout(lookAgainAfterMs, undefined, { signal }).catch(() => undefined);
  while (!signal.aborted && (await store.isHeld(spec)));
}

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
import { Forecaster, type Resources } from '../forecast/forecast.ts';
import { type Provenance, type RunSpec, runId, type RunStore, workerLockOf } from '@bit-repro/runs';
import type { Job, JobOutcome } from './launcher.ts';
import type { Supervisor } from './supervisor.ts';

export interface CarryOutOptions {
  store: RunStore;
  supervisor: Pick<Supervisor, 'slots' | 'attach' | 'carryOut'>;
  provenance: Provenance;
  /** The difference to the commit, where there is one. */
  diff: Buffer | undefined;
  /** Whether fine-tuned weights are kept. */
  saveWeights: boolean;
  /** Whether runs that are done are done again, and their folders kept beside the new ones. Default: they are not. */
  force?: boolean;
  /** Seconds between checkpoints. Default: five minutes; writing the one of R50x3 takes some seconds. */
  checkpointEvery?: number;
  /** Whether only runs are followed that another process began. Default: they are not. */
  attachOnly?: boolean;
  /** Of the machine that the runs are for. */
  resources: Resources;
  /** Once aborted, nothing more is begun. */
  signal: AbortSignal;
  print: (line: string) => void;
  /** How long to wait before each further attempt at a run whose worker was lost before it got any further. */
  retryAfterMs?: readonly number[];
}

const defaultRetryAfterMs = [5_000, 60_000];
const lookAgainAfterMs = 1_000;

/**
 * Carries out the runs that are not done, the longest first so that none is left over at the end, as many at a time as there
 * are slots. A run is locked, and its folder made, only when there is a slot for it. While another process works on one, or
 * one waits for another attempt, the others have its slot.
 *
 * @returns how each ended, in the order of `specs`.
 */
export async function carryOut(specs: readonly RunSpec[], options: CarryOutOptions): Promise<JobOutcome[]> {
  // Thousands may wait at a time, each with an ear to the signal; Node takes more than ten for a leak.
  setMaxListeners(0, options.signal);
  const forecaster = new Forecaster([], options.resources);
  const queue = new PQueue({ concurrency: options.supervisor.slots });
  return Promise.all(specs.map((spec) => carryOutOne(spec, forecaster.forecast(spec).flops, queue, options)));
}

async function carryOutOne(
  spec: RunSpec,
  flops: number,
  queue: PQueue,
  options: CarryOutOptions,
): Promise<JobOutcome> {
  const { store, signal, print, retryAfterMs = defaultRetryAfterMs } = options;
  let delays = [...retryAfterMs];
  // Looked up in turn: runs enter the queue in the order of the plan.
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
    // On nodes that are taken away again and again a run may need any number of attempts, as long as it gets further.
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

/** Does a run once; nothing where another process is at it. */
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
  }: CarryOutOptions,
): Promise<JobOutcome | undefined> {
  if (!force && (await store.state(spec, 'report')).kind === 'done') return { kind: 'done' };
  if (signal.aborted) return { kind: 'stopped' };
  const { shots, seed, batch, schedule } = spec.fineTune;
  const folder = store.folderOf(spec);
  const job: Job = {
    id: runId(spec),
    arm: spec.arm.name,
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
    // Its worker may have outlived the process that began it, or be on another machine.
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
      print(`${nameOf(spec)} is done again; what it was is kept as ${basename(aside!)}`);
    }
    if (state.kind === 'damaged') {
      const trash = await store.discard(spec, state.reason);
      print(
        `${nameOf(spec)} is done again: ${inLine(state.reason)}\n  what it was is kept as ${relative(store.folder, trash)}`,
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
      message: after.kind === 'damaged' ? after.reason : 'Its seal is gone',
      transient: true,
    };
  };
  try {
    return await store.whileLocked(spec, work);
  } catch (error) {
    if (held?.lost.aborted !== true) throw error;
    // This process was stopped for so long that another has taken the run over: that one sees to it now.
    return undefined;
  }
}

const nameOf = (spec: RunSpec): string => nameOfRun(runId(spec), spec.arm.name);

/** What befalls one run, such as a full disk, must not end the others. */
function asFailure(error: unknown, spec: RunSpec, print: CarryOutOptions['print']): JobOutcome {
  if (!(error instanceof ExplainedError)) throw error;
  const { message, remedy } = error;
  print(indented(`failed   ${nameOf(spec)}\n${message}\n${remedy}`));
  return { kind: 'failed', message, remedy };
}

/** Waits while another process sees to a run, or works on it, and says so once. */
async function whileElsewhere(spec: RunSpec, { store, signal, print }: CarryOutOptions): Promise<void> {
  const folder = store.folderOf(spec);
  const owner = (await lockOwner(workerLockOf(folder))) ?? (await lockOwner(folder));
  if (owner !== undefined)
    print(`waits    ${nameOf(spec)}: process ${owner.pid} on ${inLine(owner.host)} is at it`);
  do await setTimeout(lookAgainAfterMs, undefined, { signal }).catch(() => undefined);
  while (!signal.aborted && (await store.isHeld(spec)));
}

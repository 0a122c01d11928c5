import { resolve } from 'node:path';
import { exists, InputError, withLock, type HeldLock, parentLeaves, exitCodes } from '@bit-repro/artifacts';
import { isOwnRun, RunFileError, readRecord, workerLockOf } from '@bit-repro/runs';
import { printToErrors, type CommandContext } from '@bit-repro/terminal';
import { runWorker, type WorkerOptions } from '@bit-repro/worker';

export interface WorkerCommandOptions extends Omit<WorkerOptions, 'log'> {
  /** Whether to hold the run's lock, because no launcher does. */
  alone: boolean;
}

/** Longer than the lock of a dead worker lasts. */
const patienceMs = 60_000;

/**
 * Runs one run in this process. Called by launchers, and by users where no launcher can start workers. Waits
 * up to a minute while another worker has the run.
 */
export async function worker(
  folder: string,
  { alone, ...options }: WorkerCommandOptions,
  context: Pick<CommandContext, 'signal'>,
): Promise<number> {
  const isRun = (await exists(folder)) && (await isOwnRun(resolve(folder)));
  if (!isRun) {
    throw new InputError(
      `${folder} is not the folder of a run`,
      'Name a folder that `harness prepare` made, for example runs/RUN.',
    );
  }
  const stop = AbortSignal.any([context.signal, parentLeaves()]);
  const carryOut = async (signal: AbortSignal, held: HeldLock): Promise<void> => {
    // A cluster may restart a task that has just ended.
    if (await isDone(folder)) return;
    await runWorker(folder, signal, held, { ...options, log: printToErrors });
  };
  const asWorker = (signal: AbortSignal): Promise<void> =>
    withLock(workerLockOf(folder), carryOut, { signal, patienceMs });
  try {
    await (alone ? withLock(folder, asWorker, { signal: stop, patienceMs }) : asWorker(stop));
    return exitCodes.done;
  } catch (error) {
    if (stop.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

async function isDone(folder: string): Promise<boolean> {
  try {
    await readRecord(folder, 'glance');
    return true;
  } catch (error) {
    if (error instanceof RunFileError && error.kind !== 'unreadable') return false;
    throw error;
  }
}

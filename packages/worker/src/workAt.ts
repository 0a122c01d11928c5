import { withLock, type HeldLock } from '@bit-repro/artifacts';
import { readRecord, RunFileError, workerLockOf } from '@bit-repro/runs';
import { runWorker, type WorkerOptions } from './worker.ts';

export interface WorkAtOptions extends WorkerOptions {
  /** Whether to hold the run's lock, because no launcher does. */
  alone: boolean;
}

/** Longer than the lock of a dead worker lasts. */
const patienceMs = 60_000;

/**
 * Runs the run of a folder under the worker's lock, unless it is done. Waits up to a minute while another worker has it.
 *
 * @throws whatever `runWorker` throws; the reason of `stop`.
 */
export async function workAt(
  folder: string,
  { alone, ...options }: WorkAtOptions,
  stop: AbortSignal,
): Promise<void> {
  const carryOut = async (signal: AbortSignal, held: HeldLock): Promise<void> => {
    // A cluster may restart a task that has just ended.
    if (!(await isDone(folder))) await runWorker(folder, signal, held, options);
  };
  const asWorker = (signal: AbortSignal): Promise<void> =>
    withLock(workerLockOf(folder), carryOut, { signal, patienceMs });
  await (alone ? withLock(folder, asWorker, { signal: stop, patienceMs }) : asWorker(stop));
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

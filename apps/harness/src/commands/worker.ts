import { join } from 'node:path';
import { exists, withLock } from '@bit-repro/artifacts';
import { runFiles } from '../store/records.ts';
import { runWorker, type WorkerOptions } from '../worker/worker.ts';
import { exitCodes } from './context.ts';

export interface WorkerCommandOptions extends WorkerOptions {
  /** Whether no launcher holds the run's lock, so that the worker has to. */
  alone: boolean;
}

/** Longer than the lock of a worker that died lasts. */
const patienceMs = 60_000;

/** Carries out one run in this process; launchers call it, and people whose machines no launcher reaches. */
export async function worker(folder: string, { alone, ...options }: WorkerCommandOptions): Promise<number> {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort(new Error('The run was stopped'));
  };
  // A launcher that runs its workers on this machine is gone when the channel to it closes: then nobody wants the result now.
  process.on('SIGINT', abort).on('SIGTERM', abort).on('disconnect', abort);
  process.channel?.unref();
  const carryOut = async (lost?: AbortSignal): Promise<void> => {
    // A cluster may begin a task again that had just ended.
    if (await exists(join(folder, runFiles.result))) return;
    await runWorker(folder, lost ? AbortSignal.any([stop.signal, lost]) : stop.signal, options);
  };
  try {
    await (alone ? withLock(folder, carryOut, { signal: stop.signal, patienceMs }) : carryOut());
    return exitCodes.done;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

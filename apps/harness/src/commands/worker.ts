import { runWorker, type WorkerOptions } from '../worker/worker.ts';
import { exitCodes } from './context.ts';

/** Carries out one run in this process; launchers call it. */
export async function worker(folder: string, options: WorkerOptions): Promise<number> {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort(new Error('The run was stopped'));
  };
  // A launcher that runs its workers on this machine is gone when the channel to it closes: then nobody wants the result now.
  process.on('SIGINT', abort).on('SIGTERM', abort).on('disconnect', abort);
  process.channel?.unref();
  try {
    await runWorker(folder, stop.signal, options);
    return exitCodes.done;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

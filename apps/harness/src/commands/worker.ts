import { runWorker } from '../worker/worker.ts';
import { exitCodes } from './context.ts';

/** Carries out one run in this process; launchers call it. */
export async function worker(folder: string, options: { saveWeights: boolean }): Promise<number> {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort(new Error('The run was stopped'));
  };
  process.on('SIGINT', abort).on('SIGTERM', abort);
  try {
    await runWorker(folder, (message) => process.send?.(message), stop.signal, options);
    return exitCodes.done;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

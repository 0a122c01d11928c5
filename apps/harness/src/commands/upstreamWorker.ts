import { distilInFolder, type DistilMessage } from '../upstream/distilWorker.ts';
import { exitCodes } from './context.ts';

/** Carries out one distillation in this process; `harness upstream` calls it. */
export async function upstreamWorker(folder: string): Promise<number> {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort(new Error('The distillation was stopped'));
  };
  process.on('SIGINT', abort).on('SIGTERM', abort);
  const tell = (message: DistilMessage): void => void process.send?.(message);
  try {
    await distilInFolder(folder, tell, stop.signal);
    return exitCodes.done;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    const { message, remedy } = error as Error & { remedy?: string };
    tell({ kind: 'failed', message, ...(remedy === undefined ? {} : { remedy }) });
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

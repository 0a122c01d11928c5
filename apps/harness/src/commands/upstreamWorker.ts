import { toldOf } from '../errors.ts';
import { distilInFolder, type DistilMessage } from '../upstream/distilWorker.ts';
import { parentLeaves, tellParent } from '../parent.ts';
import { exitCodes, type CommandContext } from '../terminal/context.ts';

/** Carries out one distillation in this process; `harness upstream` calls it. */
export async function upstreamWorker(folder: string, { signal }: CommandContext): Promise<number> {
  const stop = AbortSignal.any([signal, parentLeaves()]);
  const tell: (message: DistilMessage) => void = tellParent;
  try {
    await distilInFolder(folder, tell, stop);
    return exitCodes.done;
  } catch (error) {
    if (stop.aborted) return exitCodes.interrupted;
    tell({ kind: 'failed', ...toldOf(error) });
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

import { toldOf, parentLeaves, tellParent, exitCodes } from '@bit-repro/artifacts';
import type { DistilMessage } from '../run/distilMessage.ts';
import { distilInFolder } from '../run/distilWorker.ts';
import type { CommandContext } from '@bit-repro/terminal';

/** Runs one distillation in this process, for `upstream-mini make`. */
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

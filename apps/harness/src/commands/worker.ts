import { resolve } from 'node:path';
import { exists, exitCodes, InputError, parentLeaves } from '@bit-repro/artifacts';
import { isOwnRun } from '@bit-repro/runs';
import { printToErrors, type CommandContext } from '@bit-repro/terminal';
import { workAt, type WorkAtOptions } from '@bit-repro/worker';

/** Runs one run in this process. Called by launchers, and by users where no launcher can start workers. */
export async function worker(
  folder: string,
  options: Omit<WorkAtOptions, 'log'>,
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
  try {
    await workAt(folder, { ...options, log: printToErrors }, stop);
    return exitCodes.done;
  } catch (error) {
    if (stop.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

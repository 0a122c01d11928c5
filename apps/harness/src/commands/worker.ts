import { join } from 'node:path';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { detectGpus } from '@bit-repro/engine';
import { HarnessError } from '../errors.ts';
import { deviceName } from '../provenance/host.ts';
import { readSpec, toJson } from '../store/runStore.ts';
import { runFiles } from '../store/records.ts';
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
    await requireDevice(folder);
    await runWorker(folder, stop.signal, options);
    return exitCodes.done;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

/** A launcher may have sent the run to a machine of another kind than it was planned for, whose bits would be others. */
async function requireDevice(folder: string): Promise<void> {
  const { engine } = await readSpec(folder);
  const gpus = engine.flavour === 'cuda' ? await detectGpus() : [];
  const found = engine.flavour === 'cuda' ? gpus.map(({ name }) => name) : [deviceName(undefined)];
  if (found.includes(engine.device)) return;
  const error = new HarnessError(
    `Expected ${engine.device}, for which the run was planned, found ${found.join(', ') || 'no GPU'}`,
    'Name the device of the nodes in `slurm.device`, and keep others away with `slurm.constraint` or `slurm.exclude`.',
  );
  const { message, remedy } = error;
  await writeFileAtomic(join(folder, runFiles.error), toJson({ message, remedy }));
  throw error;
}

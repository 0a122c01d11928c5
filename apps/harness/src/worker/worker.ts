import { join } from 'node:path';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { freeGpuMemory, loadEngine, provision, type Flavour } from '@bit-repro/engine';
import { writeNpz } from '@bit-repro/model';
import { fineTune, type FineTuneResult, type TrainingEvent } from '@bit-repro/trainer';
import { openData } from '../openData.ts';
import { HarnessError } from '../errors.ts';
import { runFiles, type RunSpec } from '../store/records.ts';
import { runKey } from '../store/runKey.ts';
import { readSpec, toJson, writeResult } from '../store/runStore.ts';
import { sourceDigest } from '../store/sourceDigest.ts';
import { loadRunWeights } from '../weights/weights.ts';
import type { WorkerMessage } from './events.ts';
import { HeartbeatWriter } from './heartbeatWriter.ts';
import { Journal } from './journal.ts';

/** What a crash may cost; writing the checkpoint of R50x3 takes some seconds. */
const secondsBetweenCheckpoints = 300;

/**
 * Carries out the run whose specification is in `folder`, in this process. The folder and the caches are all it needs.
 * Progress goes to `events.jsonl` and to `tell`; the result is written last.
 */
export async function runWorker(
  folder: string,
  tell: (message: WorkerMessage) => void,
  signal: AbortSignal,
  { saveWeights }: { saveWeights: boolean },
): Promise<void> {
  const startedAt = new Date();
  try {
    const spec = await readSpec(folder);
    if ((await sourceDigest()) !== spec.sources) {
      throw new HarnessError(
        'Expected the sources that the run was planned with, found others',
        'The code was edited while the experiment ran: run the same command again.',
      );
    }
    const engine = loadEngine(await provision({ flavour: spec.engine.flavour }));
    const data = await openData();
    const stopwatch = evaluationStopwatch();
    const journal = new Journal(join(folder, runFiles.events));
    const heartbeat = new HeartbeatWriter(folder, spec.fineTune.schedule.at(-1)!);
    const outcome = await fineTune({
      engine,
      spec: spec.fineTune,
      loadWeights: () => loadRunWeights(spec),
      data,
      onEvent: (event) => {
        stopwatch(event);
        heartbeat.hear(event);
        journal.write(event);
        tell(event);
      },
      signal,
      keepWeights: saveWeights,
      checkpoints: { folder, everySeconds: secondsBetweenCheckpoints },
      freeBytes: await freeMemory(spec.engine.flavour),
    }).finally(async () => {
      await heartbeat.stop();
      journal.close();
    });
    if (outcome.weights !== undefined) await writeNpz(join(folder, runFiles.weights), outcome.weights);
    const finishedAt = new Date();
    await writeResult(folder, resultOf(spec, outcome), {
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      seconds: (finishedAt.getTime() - startedAt.getTime()) / 1000,
      evaluationSeconds: stopwatch(),
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      device: spec.engine.device,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const { message, remedy, stack } = error as Error & { remedy?: string };
    await writeFileAtomic(join(folder, runFiles.error), toJson({ message, remedy, stack }));
    tell({ kind: 'failed', message, ...(remedy === undefined ? {} : { remedy }) });
    throw error;
  }
}

function resultOf(
  spec: RunSpec,
  { subset, final, evaluations, lossesSha256, splits }: FineTuneResult,
): Parameters<typeof writeResult>[1] {
  const { indices, labels } = subset;
  return { key: runKey(spec), subset: { indices, labels }, final, evaluations, lossesSha256, splits };
}

/** Free memory of the device in bytes. */
async function freeMemory(flavour: Flavour): Promise<number> {
  return (flavour === 'cuda' ? await freeGpuMemory() : undefined) ?? process.availableMemory();
}

/** Adds up the seconds between the start and the end of each evaluation; without an event it tells the sum. */
function evaluationStopwatch(): (event?: TrainingEvent) => number {
  let seconds = 0;
  let since = performance.now();
  return (event) => {
    if (event?.kind === 'step') since = performance.now();
    if (event?.kind === 'evaluation') seconds += (performance.now() - since) / 1000;
    return seconds;
  };
}

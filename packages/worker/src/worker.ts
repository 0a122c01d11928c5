import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type HeldLock, InputError, writeFileAtomic, toldOf, tellParent } from '@bit-repro/artifacts';
import { countsOf, readRecorded } from '@bit-repro/data';
import { freeGpuMemory, GraphError, provision } from '@bit-repro/engine';
import { writeNpz } from '@bit-repro/model';
import { imageMemory, removeState, type TrainingEvent } from '@bit-repro/trainer';
import { requirePrecision } from '@bit-repro/experiment';
import {
  describeHost,
  redact,
  readJson,
  provenanceSchema,
  runFiles,
  type RunSpec,
  runKey,
  sha256Of,
  readSpec,
  toJson,
  writeResult,
  resultCode,
  weightsFile,
  type WorkerFailure,
} from '@bit-repro/runs';
import { compute, type Computed } from './compute.ts';
import { mistakesPicture } from './mistakesPicture.ts';
import { subsetPicture } from './subsetPicture.ts';
import { HeartbeatWriter } from './heartbeatWriter.ts';
import { Journal } from './journal.ts';
import { requireDevice, requireKernels, requireLibraries, requireVersion } from './requireEngine.ts';
import { SampleWriter } from './sampleWriter.ts';
import { TelemetryRecorder } from './telemetry.ts';

export interface WorkerOptions {
  saveWeights: boolean;
  /** Seconds between checkpoints: the most that a crash loses. */
  checkpointEvery: number;
  log: (line: string) => void;
}

/**
 * Runs the specification in `folder` in this process. Apart from the folder, only the caches are needed.
 * Progress goes to `events.jsonl` and `heartbeat.json`; the result is written and sealed at the end.
 *
 * @param held the worker's lock on the run; once it is lost, nothing more is written.
 */
export async function runWorker(
  folder: string,
  signal: AbortSignal,
  { requireHeld }: Pick<HeldLock, 'requireHeld'>,
  { saveWeights, checkpointEvery, log }: WorkerOptions,
): Promise<void> {
  const startedAt = new Date();
  try {
    const spec = await readSpec(folder);
    if ((await resultCode()).digest !== spec.sources) {
      throw new InputError(
        'The source code has changed since the run was planned',
        'It was edited while the experiment ran. Run the same command again.',
      );
    }
    const { flavour } = spec.engine;
    const gpus = await requireDevice(spec.engine);
    requirePrecision([spec], gpus.slice(0, 1));
    const installation = await provision({ flavour, onMessage: log, signal });
    requireVersion(spec.engine, installation);
    const provenance = await readJson(folder, runFiles.provenance, provenanceSchema);
    requireLibraries(provenance.engineSha256, installation);
    requireKernels(provenance.engineSha256, installation, gpus[0]?.computeCapability);
    const data = await readRecorded(spec.dataset, { signal, trustsTraining: true });
    const stopwatch = evaluationStopwatch();
    const journal = new Journal(join(folder, runFiles.events), requireHeld);
    const heartbeat = new HeartbeatWriter(folder, spec.fineTune.schedule.at(-1)!, requireHeld);
    const telemetry = await TelemetryRecorder.start(flavour, new SampleWriter(folder, requireHeld));
    const ingredients = { spec, installation, data, weightsFile: () => weightsFile(spec, { signal }) };
    const outcome = await compute(ingredients, {
      onEvent: (event) => {
        stopwatch(event);
        heartbeat.hear(event);
        journal.write(event);
      },
      signal,
      keepWeights: saveWeights,
      checkpoints: { folder, everySeconds: checkpointEvery, requireHeld },
      freeBytes: await freeMemory(spec),
    }).finally(async () => {
      await telemetry.stop();
      await heartbeat.stop();
      journal.close();
    });
    requireHeld();
    if (outcome.weights !== undefined) await writeNpz(join(folder, runFiles.weights), outcome.weights);
    requireHeld();
    await writeFileAtomic(join(folder, runFiles.predictions), outcome.predictionsFile);
    const { train, test } = outcome.images;
    const { height, width } = countsOf(spec.dataset).imageSize;
    const own = Math.max(height, width);
    const pictures = {
      [runFiles.subset]: await subsetPicture(train, outcome.subset, own),
      [runFiles.mistakes]: await mistakesPicture(test, outcome.predictions, own),
    };
    for (const [name, picture] of Object.entries(pictures)) {
      requireHeld();
      if (picture !== undefined) await writeFileAtomic(join(folder, name), picture);
    }
    const finishedAt = new Date();
    const timing = {
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      seconds: (finishedAt.getTime() - startedAt.getTime()) / 1000,
      evaluationSeconds: stopwatch(),
      waitedSeconds: outcome.waitedSeconds,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      device: spec.engine.device,
      host: describeHost(gpus),
      telemetry: telemetry.summary(),
    };
    await writeResult(folder, resultOf(spec, outcome), timing, requireHeld);
    requireHeld();
    await removeState(folder);
  } catch (error) {
    if (signal.aborted) throw error;
    requireHeld();
    await leaveError(folder, error, log);
    throw error;
  }
}

/** Reports why the run failed, in its folder and to the launcher, because the folder may have no room. */
async function leaveError(folder: string, error: unknown, log: WorkerOptions['log']): Promise<void> {
  const { message, remedy } = toldOf(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const told: WorkerFailure = {
    message: redact(message),
    ...(remedy !== undefined && { remedy: redact(remedy) }),
    ...(error instanceof GraphError && error.kind === 'device-failed' && { transient: true }),
  };
  tellParent(told);
  try {
    await writeFileAtomic(join(folder, runFiles.error), toJson({ ...told, stack: stack && redact(stack) }));
  } catch (cause) {
    log(`${runFiles.error} could not be written: ${(cause as Error).message}`);
  }
}

function resultOf(
  spec: RunSpec,
  { subset, final, evaluations, lossesSha256, splits, predictionsFile }: Computed,
): Parameters<typeof writeResult>[1] {
  const predictionsSha256 = sha256Of(predictionsFile);
  return { key: runKey(spec), subset, final, evaluations, lossesSha256, splits, predictionsSha256 };
}

/** Free memory for training in bytes: of the GPU, or this worker's share of the machine's, less what images will take. */
async function freeMemory(spec: RunSpec): Promise<number> {
  const { flavour, threads = availableParallelism() } = spec.engine;
  const ofGpu = flavour === 'cuda' ? await freeGpuMemory() : undefined;
  const { batches, cache } = imageMemory(spec);
  return ofGpu ?? (process.availableMemory() * threads) / availableParallelism() - batches - cache;
}

/** Sums up the seconds between the start and the end of each evaluation. Returns the sum so far. */
function evaluationStopwatch(): (event?: TrainingEvent) => number {
  let seconds = 0;
  let since = performance.now();
  return (event) => {
    if (event?.kind === 'step') since = performance.now();
    if (event?.kind === 'evaluation') seconds += (performance.now() - since) / 1000;
    return seconds;
  };
}

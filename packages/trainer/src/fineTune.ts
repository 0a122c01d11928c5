import { createHash } from 'node:crypto';
import type { Architecture } from '@bit-repro/model';
import { BatchSource } from './batchSource.ts';
import { checkSpec, checkWeights } from './checkSpec.ts';
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { compiledNetwork } from './compiledNetwork.ts';
import type { FineTuneInput } from './fineTuneInput.ts';
import { batchSplitFor } from './memory.ts';
import type { TrainableNetwork } from './network.ts';
import { checkSizes } from './preprocess.ts';
import { saveProgress, type Progress } from './progress.ts';
import { removeState, UnusableStateError } from './savedState.ts';
import type { FineTuneResult } from './spec.ts';
import { train } from './trainingLoop.ts';

/**
 * Fine-tunes on a few-shot subset of the training images and scores the result on all test images, as the
 * official bit_pytorch/train.py does.
 *
 * On the same machine and engine, the same input gives the same bits, even if training is interrupted and
 * resumed from its checkpoint, as long as there is enough memory for the batch split. If there is not, the
 * split at least doubles, and the step is repeated from the same state. Yields to other work of the process
 * between micro-batches.
 *
 * @throws InputError if the specification cannot be run, for example because a class has too few training
 * images.
 * @throws ExplainedError if a loss, a parameter or a logit is not finite.
 */
export async function fineTune(input: FineTuneInput): Promise<FineTuneResult> {
  const { spec, signal, checkpoints } = input;
  const architecture = checkSpec(spec, input.engine.installation.flavour);
  const { height, width } = input.data.train.sizeFor(spec.resize);
  checkSizes(Math.max(height, width), spec);
  const { network, batches, progress } = await open(input, architecture);
  // The weights are on the device now. If Node exposes its garbage collector, free their host memory at once.
  globalThis.gc?.();
  try {
    const predictions = await train(network, batches, progress, input);
    const { stepLosses, evaluations, splits } = progress;
    const losses = Float64Array.from(stepLosses);
    return {
      subset: batches.subset,
      final: evaluations.at(-1)!,
      evaluations,
      predictions,
      stepLosses: losses,
      lossesSha256: lossesDigest(losses),
      splits,
      waitedSeconds: batches.waitedSeconds,
      ...(input.keepWeights && { weights: network.state().parameters }),
    };
  } catch (error) {
    if (signal?.aborted && checkpoints !== undefined) await saveProgress(network, progress, input);
    throw error;
  } finally {
    network.dispose();
  }
}

/**
 * The network and the progress at the start, or from the latest checkpoint. A separate function, so that the
 * weights leave host memory.
 */
async function open(
  input: FineTuneInput,
  architecture: Architecture,
): Promise<{ network: TrainableNetwork; batches: BatchSource; progress: Progress }> {
  const { engine, spec, loadWeights, data, onEvent, freeBytes = Infinity, signal } = input;
  const saved = await usableCheckpoint(input);
  const checkpoint = saved?.checkpoint;
  const batches = saved?.batches ?? new BatchSource(spec, data.train);
  const weights = checkpoint?.parameters ?? (await loadWeights());
  checkWeights(weights, architecture, spec.classes);
  signal?.throwIfAborted();
  const velocities = checkpoint?.velocities;
  const network = compiledNetwork(engine.tf, {
    ...spec,
    architecture,
    weights,
    imageSize: { train: data.train.sizeFor(spec.resize), test: data.test.sizeFor(spec.crop) },
    mixes: spec.mixup > 0,
    ...(velocities && { velocities }),
  });
  if (checkpoint === undefined) {
    const split = spec.batchSplit === 'auto' ? batchSplitFor(architecture, spec, freeBytes) : spec.batchSplit;
    const splits = [{ step: 0, batchSplit: split }];
    const start = { step: 0, randomState: batches.randomState, stepLosses: [], evaluations: [], splits };
    return { network, batches, progress: start };
  }
  const { parameters, velocities: _, ...progress } = checkpoint;
  onEvent({ kind: 'resumed', step: progress.step });
  return { network, batches, progress: { ...progress, saved: progress.step } };
}

/**
 * The checkpoint to resume from, and the batches after it. An unusable checkpoint is reported and removed.
 */
async function usableCheckpoint({
  spec,
  data,
  checkpoints,
  onEvent,
}: FineTuneInput): Promise<{ checkpoint: Checkpoint; batches: BatchSource } | undefined> {
  if (checkpoints === undefined) return undefined;
  try {
    const checkpoint = await readCheckpoint(checkpoints.folder, spec);
    if (checkpoint === undefined) return undefined;
    const batches = new BatchSource(spec, data.train);
    batches.skip(checkpoint.step);
    if (checkpoint.randomState.join() === batches.randomState.join()) return { checkpoint, batches };
    throw new UnusableStateError(
      `the random generator to be in state [${batches.randomState.join(', ')}] after ${checkpoint.step} steps, found [${checkpoint.randomState.join(', ')}]`,
    );
  } catch (error) {
    if (!(error instanceof UnusableStateError)) throw error;
    onEvent({ kind: 'restarted', reason: error.message });
    await removeState(checkpoints.folder);
    return undefined;
  }
}

/** SHA-256, in hexadecimal, of losses as little-endian doubles. */
export function lossesDigest(values: Float64Array): string {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeDoubleLE(value, index * 8));
  return createHash('sha256').update(bytes).digest('hex');
}

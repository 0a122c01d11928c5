import { setImmediate } from 'node:timers/promises';
import { GraphError } from '@bit-repro/engine';
import { UnusableNumbersError, type Predictions } from '@bit-repro/metrics';
import { splitBatch, type BatchSource } from './batchSource.ts';
import { evaluate } from './evaluate.ts';
import type { FineTuneInput } from './fineTuneInput.ts';
import { learningRate } from './hyperRule.ts';
import { finerSplit } from './memory.ts';
import type { MicroBatch, TrainableNetwork, UpdateRates } from './network.ts';
import { diverged, saveProgress, type Progress } from './progress.ts';

/** Trains and evaluates from `progress` to the end of the schedule. Returns the predictions of the last evaluation. */
export async function train(
  network: TrainableNetwork,
  batches: BatchSource,
  progress: Progress,
  input: FineTuneInput,
): Promise<Predictions> {
  const { spec, onEvent, checkpoints, signal } = input;
  const steps = spec.schedule.at(-1)!;
  let savedAt = performance.now();
  for (;;) {
    const { step, evaluations, stepLosses } = progress;
    const isLast = step === steps;
    const isKnown = evaluations.at(-1)?.step === step;
    // A checkpoint has the scores of the last evaluation, but not its predictions.
    if (isLast && isKnown) evaluations.pop();
    const isDue = spec.evaluateEvery > 0 && step > 0 && step % spec.evaluateEvery === 0;
    if (isLast || (isDue && !isKnown)) {
      const { scores, predictions } = await evaluateNow(network, progress, input);
      evaluations.push({ step, ...scores });
      onEvent({ kind: 'evaluation', step, ...scores });
      if (isLast) return predictions;
    }
    const rate = learningRate(step, spec.schedule, spec.baseLr)!;
    const batch = await batches.next();
    const loss = await takeStep(
      network,
      batch,
      { learningRate: rate, momentum: spec.momentum },
      progress,
      input,
    );
    stepLosses.push(loss);
    progress.step = step + 1;
    progress.randomState = batches.randomState;
    onEvent({ kind: 'step', step: progress.step, steps, loss, learningRate: rate });
    if (checkpoints !== undefined && performance.now() - savedAt > checkpoints.everySeconds * 1000) {
      await saveProgress(network, progress, input);
      savedAt = performance.now();
    }
    signal?.throwIfAborted();
  }
}

/** Takes one step. If memory runs out, it is repeated in smaller parts, down to single images. */
async function takeStep(
  network: TrainableNetwork,
  batch: MicroBatch,
  rates: UpdateRates,
  progress: Progress,
  { spec, onEvent, signal }: FineTuneInput,
): Promise<number> {
  const finite = (loss: number): number => {
    if (Number.isFinite(loss)) return loss;
    throw diverged(`a finite loss, found ${loss}`, progress, spec);
  };
  for (;;) {
    const { batchSplit } = progress.splits.at(-1)!;
    try {
      if (batchSplit === 1) {
        const loss = finite(network.step(batch, rates));
        await setImmediate();
        return loss;
      }
      let loss = 0;
      for (const part of splitBatch(batch, batchSplit)) {
        loss += network.accumulate(part, 1 / batchSplit);
        await setImmediate();
        signal?.throwIfAborted();
      }
      finite(loss);
      network.update(rates);
      return loss;
    } catch (error) {
      const finer = finerSplit(spec.batch, batchSplit);
      if (!(error instanceof GraphError) || error.kind !== 'resource-exhausted' || finer === undefined) {
        throw error;
      }
      network.discard();
      const change = { step: progress.step, batchSplit: finer };
      progress.splits.push(change);
      onEvent({ kind: 'split', ...change });
    }
  }
}

function evaluateNow(
  network: TrainableNetwork,
  progress: Progress,
  { spec, data, onEvent, signal }: FineTuneInput,
): ReturnType<typeof evaluate> {
  const { step } = progress;
  return evaluate(network, data.test, {
    classes: spec.classes,
    crop: spec.crop,
    batch: spec.evaluationBatch,
    onProgress: (done) => {
      onEvent({ kind: 'evaluating', step, ...done });
    },
    ...(signal && { signal }),
  }).catch((cause: unknown) => {
    if (!(cause instanceof UnusableNumbersError)) throw cause;
    throw diverged('finite logits', progress, spec, cause);
  });
}

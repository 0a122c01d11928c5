import { setImmediate } from 'node:timers/promises';
import { imageBytes, type ImageSet } from '@bit-repro/data';
import { meanCrossEntropy, topK } from '@bit-repro/metrics';
import type { TrainableNetwork } from './network.ts';
import type { Evaluation } from './spec.ts';

export interface EvaluateOptions {
  classes: number;
  /** Images per batch. */
  batch: number;
  onProgress?: (progress: { done: number; total: number }) => void;
  /** Stops after the current batch by throwing the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Scores a network on every image of a set: top-1, top-5 and mean cross-entropy. Yields to other work of the
 * process between batches.
 *
 * @throws UnusableNumbersError if a logit is not finite.
 */
export async function evaluate(
  network: Pick<TrainableNetwork, 'logits'>,
  { images, labels, count }: ImageSet,
  { classes, batch, onProgress, signal }: EvaluateOptions,
): Promise<Omit<Evaluation, 'step'>> {
  const logits = new Float32Array(count * classes);
  for (let first = 0; first < count; first += batch) {
    const end = Math.min(first + batch, count);
    logits.set(network.logits(images.subarray(first * imageBytes, end * imageBytes)), first * classes);
    onProgress?.({ done: end, total: count });
    await setImmediate();
    signal?.throwIfAborted();
  }
  return {
    top1: topK(logits, labels, classes, 1),
    top5: topK(logits, labels, classes, Math.min(5, classes)),
    loss: meanCrossEntropy(logits, labels, classes),
    samples: count,
  };
}

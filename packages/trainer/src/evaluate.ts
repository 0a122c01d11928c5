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
 * Scores a network on every image of a set: top-1, top-5 where there are more than five classes, and mean
 * cross-entropy. Each batch is scored at once, because the logits of all images may not fit into memory. Yields to
 * other work of the process between batches.
 *
 * @throws UnusableNumbersError if a logit is not finite.
 */
export async function evaluate(
  network: Pick<TrainableNetwork, 'logits'>,
  { images, labels, count }: ImageSet,
  { classes, batch, onProgress, signal }: EvaluateOptions,
): Promise<Omit<Evaluation, 'step'>> {
  const hits = { top1: 0, top5: 0 };
  let loss = 0;
  for (let first = 0; first < count; first += batch) {
    const end = Math.min(first + batch, count);
    const logits = network.logits(images.subarray(first * imageBytes, end * imageBytes));
    const own = labels.subarray(first, end);
    const hitsOf = (k: number): number => Math.round(topK(logits, own, classes, k) * own.length);
    hits.top1 += hitsOf(1);
    if (hasTop5(classes)) hits.top5 += hitsOf(5);
    loss += meanCrossEntropy(logits, own, classes) * own.length;
    onProgress?.({ done: end, total: count });
    await setImmediate();
    signal?.throwIfAborted();
  }
  return {
    top1: hits.top1 / count,
    ...(hasTop5(classes) && { top5: hits.top5 / count }),
    loss: loss / count,
    samples: count,
  };
}

/** Whether top-5 says anything: of five classes, every image would be a hit. */
export const hasTop5 = (classes: number): boolean => classes > 5;

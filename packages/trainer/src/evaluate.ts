import { setImmediate } from 'node:timers/promises';
import { readAhead, type ImageSource } from '@bit-repro/data';
import { confidenceParts, meanCrossEntropy, predict, topK, type Predictions } from '@bit-repro/metrics';
import type { TrainableNetwork } from './network.ts';
import type { Evaluation } from './spec.ts';

export interface EvaluateOptions {
  classes: number;
  /** Size in pixels that images are resized to. */
  crop: number;
  /** Images per batch. */
  batch: number;
  onProgress?: (progress: { done: number; total: number }) => void;
  /** Stops after the current batch by throwing the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Scores a network on every image of a set: top-1, top-5 where there are more than five classes, and mean
 * cross-entropy; and what it takes each image for. Each batch is scored at once, because the logits of all images may not fit into memory; the next
 * ones are read meanwhile. Yields to other work of the process between batches.
 *
 * @throws UnusableNumbersError if a logit is not finite.
 */
export async function evaluate(
  network: Pick<TrainableNetwork, 'logits'>,
  images: ImageSource,
  { classes, crop, batch, onProgress, signal }: EvaluateOptions,
): Promise<{ scores: Omit<Evaluation, 'step'>; predictions: Predictions }> {
  const { labels, count } = images;
  const predictions = {
    labels: Uint16Array.from(labels),
    predicted: new Uint16Array(count),
    confidence: new Uint16Array(count),
  };
  const hits = { top1: 0, top5: 0 };
  let loss = 0;
  let done = 0;
  for await (const pixels of readAhead(inBatches(images, batch, crop))) {
    const logits = network.logits(pixels);
    images.release?.(pixels);
    const own = labels.subarray(done, done + batch);
    const hitsOf = (k: number): number => Math.round(topK(logits, own, classes, k) * own.length);
    hits.top1 += hitsOf(1);
    if (hasTop5(classes)) hits.top5 += hitsOf(5);
    loss += meanCrossEntropy(logits, own, classes) * own.length;
    const { predicted, probabilities } = predict(logits, classes);
    predictions.predicted.set(predicted, done);
    predictions.confidence.set(probabilities.map(inParts), done);
    done += own.length;
    onProgress?.({ done, total: count });
    await setImmediate();
    signal?.throwIfAborted();
  }
  const scores = {
    top1: hits.top1 / count,
    ...(hasTop5(classes) && { top5: hits.top5 / count }),
    loss: loss / count,
    samples: count,
  };
  return { scores, predictions };
}

const inParts = (probability: number): number => Math.round(confidenceParts * probability);

/** Reads of all images in order; the last batch may be smaller. */
function* inBatches(images: ImageSource, batch: number, side: number): Generator<Promise<Uint8Array>> {
  for (let first = 0; first < images.count; first += batch) {
    const length = Math.min(batch, images.count - first);
    yield images.read(
      Int32Array.from({ length }, (_, index) => first + index),
      side,
    );
  }
}

/** Whether top-5 says anything: of five classes, every image would be a hit. */
export const hasTop5 = (classes: number): boolean => classes > 5;

import { countParameters, imageCost, type Architecture } from '@bit-repro/model';
import type { Precision } from './network.ts';

/** What the process and TensorFlow take before there is a network. */
const processBytes = 600e6;
/** Parameters, momentum, standardised kernels and gradients, four bytes each. */
const bytesPerParameter = 16;
/**
 * Per value that a backward pass reads: the value itself, and half as much again for what is in work. Measured on R50x1 with
 * 32 images of 128 px: 2.2 GB in all.
 */
const bytesPerActivation: Record<Precision, number> = { float32: 6, tensorfloat32: 6, bfloat16: 3 };

/** An estimate of the memory, in bytes, that fine-tuning takes with micro-batches of so many images. */
export function trainingBytes(
  architecture: Architecture,
  { crop, classes, precision }: { crop: number; classes: number; precision: Precision },
  microBatch: number,
): number {
  const { activations } = imageCost(architecture, crop, classes);
  return (
    processBytes +
    bytesPerParameter * countParameters(architecture) +
    bytesPerActivation[precision] * activations * microBatch
  );
}

/**
 * The fewest equal parts of a batch such that one is expected to fit into four fifths of the free memory; single images
 * where none does, for the estimate may be wrong.
 */
export function batchSplitFor(
  architecture: Architecture,
  task: { batch: number; crop: number; classes: number; precision: Precision },
  freeBytes: number,
): number {
  const { batch } = task;
  const divisors = Array.from({ length: batch }, (_, index) => index + 1).filter((n) => batch % n === 0);
  return (
    divisors.find((split) => trainingBytes(architecture, task, batch / split) <= 0.8 * freeBytes) ?? batch
  );
}

/** The next finer split of a batch: the smallest divisor that is at least twice as many parts. */
export function finerSplit(batch: number, split: number): number | undefined {
  for (let finer = 2 * split; finer <= batch; finer += 1) if (batch % finer === 0) return finer;
  return undefined;
}

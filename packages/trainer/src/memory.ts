import { countParameters, imageCost, type Architecture } from '@bit-repro/model';
import type { Precision } from './network.ts';

/** Memory of the process and TensorFlow without a network. */
const processBytes = 600e6;
/** Parameters, momentum, standardised kernels and gradients, four bytes each. */
const bytesPerParameter = 16;
/**
 * Bytes per value that a backward pass reads: the value, plus half as much for temporary values. Measured for
 * R50x1 with 32 images at 128 px: 2.2 GB in total.
 */
const bytesPerActivation: Record<Precision, number> = { float32: 6, tensorfloat32: 6, bfloat16: 3 };

/** The estimated memory, in bytes, of fine-tuning with micro-batches of this size. */
export function trainingBytes(
  architecture: Architecture,
  { crop, classes, precision }: { crop: number; classes: number; precision: Precision },
  microBatch: number,
): number {
  const { activations } = imageCost(architecture, crop, classes);
  return (
    processBytes +
    bytesPerParameter * countParameters(architecture, classes) +
    bytesPerActivation[precision] * activations * microBatch
  );
}

/**
 * The fewest equal parts of a batch such that each is expected to fit into four fifths of the free memory;
 * single images if none is, because the estimate may be wrong.
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

/**
 * The next finer split of a batch: the smallest divisor with at least twice as many parts; undefined if there
 * is none.
 */
export function finerSplit(batch: number, split: number): number | undefined {
  for (let finer = 2 * split; finer <= batch; finer += 1) if (batch % finer === 0) return finer;
  return undefined;
}

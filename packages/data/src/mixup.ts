import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { shuffledIndices } from './fewShot.ts';

/** What MixUp does to a batch: image i becomes lambda times itself plus 1 - lambda times its partner. */
export interface Mixup {
  /** From 0 to 1. */
  lambda: number;
  /** Position in the batch of each image's partner, which may be the image itself. */
  partners: Int32Array;
}

/**
 * Draws MixUp for a batch as bit_pytorch/train.py does: one lambda from Beta(alpha, alpha) for the whole
 * step, then a permutation of each micro-batch.
 *
 * Deviation: the official code draws lambda from NumPy's generator and permutations from PyTorch's; here both
 * come from the run's.
 */
export function drawMixup(
  count: number,
  { alpha, microBatch }: { alpha: number; microBatch: number },
  random: RandomGenerator,
): Mixup {
  const lambda = drawSymmetricBeta(alpha, random);
  const partners = new Int32Array(count);
  for (let first = 0; first < count; first += microBatch) {
    const size = Math.min(microBatch, count - first);
    partners.set(
      shuffledIndices(size, random).map((position) => first + position),
      first,
    );
  }
  return { lambda, partners };
}

/**
 * A number from Beta(alpha, alpha), by Jöhnk's method (1964), which NumPy uses up to alpha = 1: U^(1/alpha) /
 * (U^(1/alpha) + V^(1/alpha)) for uniform U and V whose powers add up to at most 1. It works with logarithms,
 * because powers of small numbers may underflow. For alpha above 1 few draws are accepted.
 */
export function drawSymmetricBeta(alpha: number, random: RandomGenerator): number {
  for (;;) {
    const own = Math.log(uniformFloat64(random)) / alpha;
    const other = Math.log(uniformFloat64(random)) / alpha;
    const isAccepted = Math.exp(own) + Math.exp(other) <= 1;
    const odds = Math.exp(other - own); // not a number if both draws are 0
    if (isAccepted && !Number.isNaN(odds)) return 1 / (1 + odds);
  }
}

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { shuffledIndices } from './fewShot.ts';

/** The crop of each image of a batch, and whether it is mirrored. */
export interface CropsAndFlips {
  /** First row of each crop, in pixels of the resized image. */
  top: Int32Array;
  /** First column of each crop. */
  left: Int32Array;
  /** 1 if the crop is mirrored left to right, otherwise 0. */
  flip: Int32Array;
}

/**
 * Draws a crop of `crop` pixels from `resize` pixels and a flip for each image, all uniformly
 * (BiT-HyperRule).
 */
export function drawCropsAndFlips(
  count: number,
  { resize, crop }: { resize: number; crop: number },
  random: RandomGenerator,
): CropsAndFlips {
  if (crop > resize) throw new RangeError(`Expected a crop of at most ${resize} pixels, found ${crop}`);
  const top = new Int32Array(count);
  const left = new Int32Array(count);
  const flip = new Int32Array(count);
  for (let image = 0; image < count; image += 1) {
    top[image] = uniformInt(random, 0, resize - crop);
    left[image] = uniformInt(random, 0, resize - crop);
    flip[image] = uniformInt(random, 0, 1);
  }
  return { top, left, flip };
}

/**
 * Draws batches of positions from 0 to `samples` - 1 without end, as bit_pytorch/train.py does: uniformly
 * with replacement if there are fewer samples than a micro-batch holds, otherwise in shuffled passes.
 *
 * Deviation: in the official loader the last micro-batch of a pass may be smaller; here a batch continues
 * into the next pass, because a compiled step needs batches of equal size. If there are fewer samples than a
 * micro-batch holds, or they fill micro-batches exactly, there is no difference.
 */
export class BatchSampler {
  readonly #samples: number;
  readonly #microBatch: number;
  readonly #random: RandomGenerator;
  #pass: Uint32Array = new Uint32Array(0);
  #position = 0;

  constructor(samples: number, microBatch: number, random: RandomGenerator) {
    if (!Number.isInteger(samples) || samples < 1) {
      throw new RangeError(`Expected at least one sample to draw from, found ${samples}`);
    }
    this.#samples = samples;
    this.#microBatch = microBatch;
    this.#random = random;
  }

  /** The next `size` positions. */
  next(size: number): Int32Array {
    return Int32Array.from({ length: size }, () =>
      this.#samples < this.#microBatch ? uniformInt(this.#random, 0, this.#samples - 1) : this.#nextOfPass(),
    );
  }

  #nextOfPass(): number {
    if (this.#position === this.#pass.length) {
      this.#pass = shuffledIndices(this.#samples, this.#random);
      this.#position = 0;
    }
    return this.#pass[this.#position++]!;
  }
}

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { shuffledIndices } from './fewShot.ts';

/** Where to crop each image of a batch, and whether to mirror it. */
export interface CropsAndFlips {
  /** First row of each crop, in pixels of the resized image. */
  top: Int32Array;
  /** First column of each crop. */
  left: Int32Array;
  /** 1 where the crop is mirrored left to right. */
  flip: Int32Array;
}

/** Draws a crop of `crop` pixels out of `resize` and a flip for each image, all uniform (BiT-HyperRule). */
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
 * An endless supply of batches of positions 0 to `samples` - 1, as bit_pytorch/train.py draws them: uniformly with
 * replacement when there are fewer samples than a micro-batch holds, else in shuffled passes.
 *
 * Deviation: the official loader ends each pass with what is left, so that a micro-batch at its end is smaller; here a
 * batch goes on into the next pass, so that all are of one size, as a compiled step needs them. Where samples are fewer
 * than a micro-batch, or fill whole ones, there is no difference.
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

/** Copies images by index into one block [indices.length, 32, 32, 3]. */
export function gatherImages(
  images: Uint8Array,
  indices: ArrayLike<number>,
  bytesPerImage: number,
): Uint8Array {
  const block = new Uint8Array(indices.length * bytesPerImage);
  for (let position = 0; position < indices.length; position += 1) {
    const start = indices[position]! * bytesPerImage;
    block.set(images.subarray(start, start + bytesPerImage), position * bytesPerImage);
  }
  return block;
}

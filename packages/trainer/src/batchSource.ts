import {
  BatchSampler,
  drawCropsAndFlips,
  drawFewShotSubset,
  gatherImages,
  imageBytes,
  type CropsAndFlips,
  type FewShotSubset,
  type ImageSet,
} from '@bit-repro/data';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { MicroBatch } from './network.ts';
import type { FineTuneSpec } from './spec.ts';

/**
 * All random draws of a run, from its seed: the few-shot subset, then for each step the images, their crops
 * and their flips. They are drawn for the whole batch, so that a finer split changes nothing.
 */
export class BatchSource {
  readonly subset: FewShotSubset;
  readonly #spec: FineTuneSpec;
  readonly #train: ImageSet;
  readonly #random;
  readonly #sampler: BatchSampler;

  constructor(spec: FineTuneSpec, train: ImageSet) {
    this.#spec = spec;
    this.#train = train;
    this.#random = xoroshiro128plus(spec.seed);
    this.subset = drawFewShotSubset(train.labels, spec, this.#random);
    // The official sampler depends on the micro-batch. If the split is automatic, images are drawn as for an
    // unsplit batch.
    const split = spec.batchSplit === 'auto' ? 1 : spec.batchSplit;
    this.#sampler = new BatchSampler(this.subset.indices.length, spec.batch / split, this.#random);
  }

  /** State of the generator, which reflects how much was drawn. */
  get randomState(): readonly number[] {
    return this.#random.getState();
  }

  /** The batch of the next step. */
  next(): MicroBatch {
    const { indices, cropsAndFlips } = this.#draw();
    return {
      images: gatherImages(this.#train.images, indices, imageBytes),
      labels: Uint8Array.from(indices, (index) => this.#train.labels[index]!),
      cropsAndFlips,
    };
  }

  /** Draws and discards the batches of completed steps. */
  skip(steps: number): void {
    for (let step = 0; step < steps; step += 1) this.#draw();
  }

  #draw(): { indices: number[]; cropsAndFlips: CropsAndFlips } {
    const { batch } = this.#spec;
    const indices = Array.from(this.#sampler.next(batch), (position) => this.subset.indices[position]!);
    return { indices, cropsAndFlips: drawCropsAndFlips(batch, this.#spec, this.#random) };
  }
}

/** Cuts a batch into parts of equal size. */
export function* splitBatch(
  { images, labels, cropsAndFlips }: MicroBatch,
  parts: number,
): Generator<MicroBatch> {
  const size = labels.length / parts;
  for (let first = 0; first < labels.length; first += size) {
    const end = first + size;
    const cut = (values: Int32Array): Int32Array => values.subarray(first, end);
    const { top, left, flip } = cropsAndFlips;
    yield {
      images: images.subarray(first * imageBytes, end * imageBytes),
      labels: labels.subarray(first, end),
      cropsAndFlips: { top: cut(top), left: cut(left), flip: cut(flip) },
    };
  }
}

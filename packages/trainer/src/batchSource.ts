import {
  BatchSampler,
  drawCropsAndFlips,
  drawMixup,
  drawSubset,
  gatherImages,
  imageBytes,
  type CropsAndFlips,
  type ImageSet,
  type Mixup,
  type TrainingSubset,
} from '@bit-repro/data';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { MicroBatch } from './network.ts';
import type { FineTuneSpec } from './spec.ts';

/**
 * All random draws of a run, from its seed: the training images, then for each step the images, their crops
 * and flips, and MixUp. They are drawn for the whole batch, so that a finer split changes nothing.
 */
export class BatchSource {
  readonly subset: TrainingSubset;
  readonly #spec: FineTuneSpec;
  readonly #train: ImageSet;
  readonly #random;
  readonly #microBatch: number;
  readonly #sampler: BatchSampler;

  constructor(spec: FineTuneSpec, train: ImageSet) {
    this.#spec = spec;
    this.#train = train;
    this.#random = xoroshiro128plus(spec.seed);
    this.subset = drawSubset(train.labels, spec, this.#random);
    // The official sampler and MixUp depend on the micro-batch. If the split is automatic, images are drawn as
    // for an unsplit batch.
    this.#microBatch = spec.batch / (spec.batchSplit === 'auto' ? 1 : spec.batchSplit);
    this.#sampler = new BatchSampler(samplesIn(this.subset), this.#microBatch, this.#random);
  }

  /** State of the generator, which reflects how much was drawn. */
  get randomState(): readonly number[] {
    return this.#random.getState();
  }

  /** The batch of the next step. */
  next(): MicroBatch {
    const { indices, cropsAndFlips, mixup } = this.#draw();
    const positions = mixup === undefined ? undefined : inPairs(mixup.partners);
    const inOrder = (values: Int32Array): Int32Array =>
      positions?.map((position) => values[position]!) ?? values;
    const { top, left, flip } = cropsAndFlips;
    const ordered = inOrder(indices);
    return {
      images: gatherImages(this.#train.images, ordered, imageBytes),
      labels: ordered.map((index) => this.#train.labels[index]!),
      cropsAndFlips: { top: inOrder(top), left: inOrder(left), flip: inOrder(flip) },
      ...(mixup && { lambda: mixup.lambda }),
    };
  }

  /** Draws and discards the batches of completed steps. */
  skip(steps: number): void {
    for (let step = 0; step < steps; step += 1) this.#draw();
  }

  #draw(): { indices: Int32Array; cropsAndFlips: CropsAndFlips; mixup?: Mixup } {
    const { batch, mixup: alpha } = this.#spec;
    const { subset } = this;
    const positions = this.#sampler.next(batch);
    const indices = 'all' in subset ? positions : positions.map((position) => subset.indices[position]!);
    const cropsAndFlips = drawCropsAndFlips(batch, this.#spec, this.#random);
    if (alpha === 0) return { indices, cropsAndFlips };
    const mixup = drawMixup(batch, { alpha, microBatch: this.#microBatch }, this.#random);
    return { indices, cropsAndFlips, mixup };
  }
}

const samplesIn = (subset: TrainingSubset): number => ('all' in subset ? subset.all : subset.indices.length);

/** Each position, followed by its partner's. */
export const inPairs = (partners: Int32Array): Int32Array =>
  Int32Array.from({ length: 2 * partners.length }, (_, index) =>
    index % 2 === 0 ? index / 2 : partners[(index - 1) / 2]!,
  );

/** Cuts a batch into parts of equal size. */
export function* splitBatch(
  { images, labels, cropsAndFlips, ...mixup }: MicroBatch,
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
      ...mixup,
    };
  }
}

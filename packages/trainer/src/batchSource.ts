import {
  BatchSampler,
  drawCropsAndFlips,
  drawMixup,
  drawSubset,
  readAhead,
  type CropsAndFlips,
  type ImageSource,
  type Mixup,
  type TrainingSubset,
} from '@bit-repro/data';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { MicroBatch } from './network.ts';
import type { FineTuneSpec } from './spec.ts';

interface Draw {
  indices: Int32Array;
  cropsAndFlips: CropsAndFlips;
  mixup?: Mixup;
}

/**
 * All random draws of a run, from its seed: the training images, then for each step the images, their crops
 * and flips, and MixUp. They are drawn for the whole batch, so that a finer split changes nothing. Images of the
 * next batches are read while one is used.
 */
export class BatchSource {
  readonly subset: TrainingSubset;
  readonly #spec: FineTuneSpec;
  readonly #train: ImageSource;
  readonly #random;
  readonly #microBatch: number;
  readonly #sampler: BatchSampler;
  readonly #batches: AsyncGenerator<{ batch: MicroBatch; randomState: readonly number[] }, void>;
  #taken = 0;
  #inUse: Uint8Array | undefined;
  #waitedSeconds = 0;
  #randomState: readonly number[];

  constructor(spec: FineTuneSpec, train: ImageSource) {
    this.#spec = spec;
    this.#train = train;
    this.#random = xoroshiro128plus(spec.seed);
    this.subset = drawSubset(train.labels, spec, this.#random);
    // The official sampler and MixUp depend on the micro-batch. If the split is automatic, images are drawn as
    // for an unsplit batch.
    this.#microBatch = spec.batch / (spec.batchSplit === 'auto' ? 1 : spec.batchSplit);
    this.#sampler = new BatchSampler(samplesIn(this.subset), this.#microBatch, this.#random);
    this.#randomState = this.#random.getState();
    this.#batches = readAhead(this.#reads());
  }

  /** State of the generator after the draws of the batches so far. */
  get randomState(): readonly number[] {
    return this.#randomState;
  }

  /** How long steps have waited for their images. */
  get waitedSeconds(): number {
    return this.#waitedSeconds;
  }

  /**
   * The batch of the next step, up to the last step of the schedule. Its images may be overwritten once another one is
   * asked for.
   */
  async next(): Promise<MicroBatch> {
    if (this.#inUse !== undefined) this.#train.release?.(this.#inUse);
    this.#inUse = undefined;
    const since = performance.now();
    const { value } = await this.#batches.next();
    this.#waitedSeconds += (performance.now() - since) / 1000;
    if (!value) throw new RangeError(`Expected at most ${this.#taken} batches to be asked for`);
    this.#taken += 1;
    this.#inUse = value.batch.images;
    this.#randomState = value.randomState;
    return value.batch;
  }

  /** Draws the batches of completed steps without reading them. Must precede the first batch. */
  skip(steps: number): void {
    for (let step = 0; step < steps; step += 1) this.#draw();
    this.#taken = steps;
    this.#randomState = this.#random.getState();
  }

  *#reads(): Generator<Promise<{ batch: MicroBatch; randomState: readonly number[] }>> {
    for (let step = this.#taken; step < this.#spec.schedule.at(-1)!; step += 1) {
      const draw = this.#draw();
      const randomState = this.#random.getState();
      yield this.#read(draw).then((batch) => ({ batch, randomState }));
    }
  }

  async #read({ indices, cropsAndFlips: { top, left, flip }, mixup }: Draw): Promise<MicroBatch> {
    const positions = mixup === undefined ? undefined : inPairs(mixup.partners);
    const inOrder = (values: Int32Array): Int32Array =>
      positions?.map((position) => values[position]!) ?? values;
    const ordered = inOrder(indices);
    return {
      images: await this.#train.read(ordered, this.#spec.resize),
      labels: ordered.map((index) => this.#train.labels[index]!),
      cropsAndFlips: { top: inOrder(top), left: inOrder(left), flip: inOrder(flip) },
      ...(mixup && { lambda: mixup.lambda }),
    };
  }

  #draw(): Draw {
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
  const bytesPerImage = images.length / labels.length;
  for (let first = 0; first < labels.length; first += size) {
    const end = first + size;
    const cut = (values: Int32Array): Int32Array => values.subarray(first, end);
    const { top, left, flip } = cropsAndFlips;
    yield {
      images: images.subarray(first * bytesPerImage, end * bytesPerImage),
      labels: labels.subarray(first, end),
      cropsAndFlips: { top: cut(top), left: cut(left), flip: cut(flip) },
      ...mixup,
    };
  }
}

import type { ImageSet } from '@bit-repro/data';
import { architectureNamed, randomWeights, type Weights } from '@bit-repro/model';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { FineTuneSpec } from '../src/index.ts';

/** A task that takes a second: three classes of noise that differ in brightness. */
export const spec: FineTuneSpec = {
  architecture: 'mini',
  classes: 3,
  shots: 2,
  seed: 7,
  baseLr: 0.003,
  momentum: 0.9,
  batch: 4,
  batchSplit: 2,
  schedule: [2, 4],
  resize: 40,
  crop: 32,
  evaluateEvery: 0,
  evaluationBatch: 5,
  precision: 'float32',
  mixup: 0,
};

export const weights: Weights = randomWeights(architectureNamed('mini'), spec.classes, xoroshiro128plus(1));

export const data = { train: imageSet(12, 2), test: imageSet(7, 3) };

function imageSet(count: number, seed: number): ImageSet {
  const random = xoroshiro128plus(seed);
  const labels = Uint8Array.from({ length: count }, (_, index) => index % spec.classes);
  const images = Uint8Array.from(
    { length: count * 32 * 32 * 3 },
    (_, byte) => labels[Math.floor(byte / (32 * 32 * 3))]! * 60 + uniformInt(random, 0, 100),
  );
  return { images, labels, count };
}

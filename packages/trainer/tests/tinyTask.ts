import { HeldImages } from '@bit-repro/data';
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

const size = { height: 32, width: 32 };
export const imageSize = { train: size, test: size };

export const data = { train: held(12, 2), test: held(7, 3) };

function held(count: number, seed: number): HeldImages {
  const random = xoroshiro128plus(seed);
  const labels = Uint8Array.from({ length: count }, (_, index) => index % spec.classes);
  const pixels = Uint8Array.from(
    { length: count * 32 * 32 * 3 },
    (_, byte) => labels[Math.floor(byte / (32 * 32 * 3))]! * 60 + uniformInt(random, 0, 100),
  );
  return new HeldImages(pixels, labels, size);
}

/**
 * BiT-HyperRule: the hyper-parameters that the paper (section 3.3) and the official code (bit_hyperrule.py,
 * bit_pytorch/train.py) use for every data set. There is no weight decay.
 */
export const bitHyperRule = {
  schedule: 'bit-hyperrule',
  /** Images per step. */
  batch: 512,
  /** Learning rate after the warm-up. */
  baseLr: 0.003,
  /** Momentum of SGD, in PyTorch's form. */
  momentum: 0.9,
} as const;

/**
 * Learning-rate schedules by the number of training samples: the first row with fewer samples than `below`
 * applies. Of the supports, in steps, the first ends the warm-up, the last ends training, and each of the
 * others divides the rate by ten.
 */
const schedules = {
  'bit-hyperrule': [
    { below: 20_000, supports: [100, 200, 300, 400, 500] },
    { below: 500_000, supports: [500, 3000, 6000, 9000, 10_000] },
    { below: Infinity, supports: [500, 6000, 12_000, 18_000, 20_000] },
  ],
  'reproduction-2021': [{ below: Infinity, supports: [10, 20, 50, 80, 100] }],
} as const;

export type ScheduleName = keyof typeof schedules;

export const scheduleNames = Object.keys(schedules) as readonly ScheduleName[];

/** The supports of a schedule, in steps, for a training set of this size. The last is the number of steps. */
export function scheduleSupports(name: ScheduleName, trainingSamples: number): number[] {
  if (!Number.isInteger(trainingSamples) || trainingSamples < 1) {
    throw new RangeError(`Expected a positive whole number of training samples, found ${trainingSamples}`);
  }
  return [...schedules[name].find(({ below }) => trainingSamples < below)!.supports];
}

/**
 * The learning rate of a step, counted from 0; undefined once training has ended.
 *
 * It rises linearly from 0 until `supports[0]`, then drops to a tenth after each further support: at the step
 * equal to a support it has not dropped yet.
 */
export function learningRate(step: number, supports: readonly number[], baseLr: number): number | undefined {
  const [warmUp = 0, ...decays] = supports;
  const end = supports.at(-1) ?? 0;
  if (step < warmUp) return (baseLr * step) / warmUp;
  if (step >= end) return undefined;
  return decays.filter((support) => support < step).reduce((rate) => rate / 10, baseLr);
}

/** The strength of MixUp (its alpha); 0, meaning none, for small training sets. */
export function mixupFor(trainingSamples: number): number {
  return trainingSamples < 20_000 ? 0 : 0.1;
}

/**
 * The size in pixels that images are resized to for training, and that of the random crops, by image size.
 */
export function resolutionFor(width: number, height: number): { resize: number; crop: number } {
  return width * height < 96 * 96 ? { resize: 160, crop: 128 } : { resize: 512, crop: 480 };
}

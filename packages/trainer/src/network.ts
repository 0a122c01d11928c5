import type { CropsAndFlips } from '@bit-repro/data';
import type { Architecture, Weights } from '@bit-repro/model';

/**
 * In what the network computes. `tensorfloat32` has GPUs round the factors of convolutions and matrix products to 10 bits, in whatever
 * process the network is in: `engineEnvironment` sees to that, the graph is float32's. With `bfloat16`, activations, their gradients
 * and the kernels that convolutions take are rounded to 7 bits after the point; statistics, sums, parameters, their gradients'
 * updates and the head stay float32, which is what PyTorch's autocast does.
 */
export const precisions = ['float32', 'tensorfloat32', 'bfloat16'] as const;
export type Precision = (typeof precisions)[number];

export interface NetworkOptions {
  architecture: Architecture;
  /** With a head of `classes`. */
  weights: Weights;
  precision: Precision;
  /** Momentum by parameter; zero where absent. */
  velocities?: Weights;
  classes: number;
  /** Pixels that training images are resized to. */
  resize: number;
  /** Pixels cropped from them; images to score are resized to it. */
  crop: number;
}

/** What an update of the parameters takes beside their gradients. */
export interface UpdateRates {
  learningRate: number;
  momentum: number;
}

/** Images as they come from the data set, with what augmentation does to each. */
export interface MicroBatch {
  /** [N, 32, 32, 3], row-major, RGB. */
  images: Uint8Array;
  /** [N], from 0 to classes - 1. */
  labels: Uint8Array;
  cropsAndFlips: CropsAndFlips;
}

/**
 * A network in training, with its parameters and momentum on the device. Only raw images, losses and logits pass between
 * host and device, so that an implementation is free to run as one compiled graph.
 */
export interface TrainableNetwork {
  /**
   * Applies the gradient of a whole batch; takes less memory than `accumulate` and `update`. Where memory runs out, nothing
   * has been applied.
   *
   * @returns the mean cross-entropy over the batch, before the update.
   */
  step(batch: MicroBatch, rates: UpdateRates): number;
  /**
   * Adds a micro-batch's share of the gradient to what the next `update` applies.
   *
   * @param weight the micro-batch's part of the batch; the parts of a batch add up to 1.
   * @returns the mean cross-entropy over the micro-batch, times `weight`.
   */
  accumulate(batch: MicroBatch, weight: number): number;
  /** Applies the gradient added up since the last update, and clears it. */
  update(rates: UpdateRates): void;
  /** Logits [N, classes] of images [N, 32, 32, 3], neither cropped nor mirrored. */
  logits(images: Uint8Array): Float32Array;
  /** Forgets the micro-batches since the last update. */
  discard(): void;
  /** Copies of the parameters and of their momentum. */
  state(): { parameters: Weights; velocities: Weights };
  /** Frees everything on the device; the network cannot be used after it. */
  dispose(): void;
}

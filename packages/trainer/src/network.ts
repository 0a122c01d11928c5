import type { CropsAndFlips, ImageSize } from '@bit-repro/data';
import type { Architecture, Weights } from '@bit-repro/model';

/**
 * The precision of the computation. With `tensorfloat32`, GPUs round the factors of convolutions and matrix
 * products to 10 fraction bits, for the whole process; `engineEnvironment` enables this, and the graph is
 * that of float32. With `bfloat16`, activations, their gradients and the kernels of convolutions are rounded
 * to 7 fraction bits; statistics, sums, parameters, their updates and the head stay float32, as in PyTorch's
 * autocast.
 */
export const precisions = ['float32', 'tensorfloat32', 'bfloat16'] as const;
export type Precision = (typeof precisions)[number];

export interface NetworkOptions {
  architecture: Architecture;
  /** With a head of `classes`. */
  weights: Weights;
  precision: Precision;
  /** Momentum by parameter. Default: zero. */
  velocities?: Weights;
  classes: number;
  /** Of the images that come: to train with, and to score. */
  imageSize: { train: ImageSize; test: ImageSize };
  /** Size in pixels that training images are resized to. */
  resize: number;
  /** Size in pixels of the crops; images to score are resized to it. */
  crop: number;
  /** Whether batches come with MixUp. Default: no. */
  mixes?: boolean;
}

/** The scalars of an update of the parameters. */
export interface UpdateRates {
  learningRate: number;
  momentum: number;
}

/** Images from the data set, with the augmentation of each. With MixUp each is followed by its partner. */
export interface MicroBatch {
  /** [N, height, width, 3], or [N, 2, height, width, 3] with MixUp, row-major, RGB. */
  images: Uint8Array;
  /** [N] or [N, 2], from 0 to classes - 1. */
  labels: Int32Array;
  /** [N] or [N, 2]. */
  cropsAndFlips: CropsAndFlips;
  /** Of MixUp: the share of each image, from 0 to 1; its partner has the rest. */
  lambda?: number;
}

/**
 * A network in training, with its parameters and momentum on the device. Only raw images, losses and logits
 * pass between host and device, so that an implementation can run as one compiled graph.
 */
export interface TrainableNetwork {
  /**
   * Applies the gradient of a whole batch, with less memory than `accumulate` and `update`. If memory runs
   * out, nothing has been applied.
   *
   * @returns the mean cross-entropy over the batch, before the update.
   */
  step(batch: MicroBatch, rates: UpdateRates): number;
  /**
   * Adds the gradient of a micro-batch to the sum for the next `update`.
   *
   * @param weight the micro-batch's fraction of the batch; the fractions of a batch sum to 1.
   * @returns the mean cross-entropy over the micro-batch, times `weight`.
   */
  accumulate(batch: MicroBatch, weight: number): number;
  /** Applies the gradient summed up since the last update, and clears it. */
  update(rates: UpdateRates): void;
  /** Logits [N, classes] of images [N, height, width, 3], without crops or flips. */
  logits(images: Uint8Array): Float32Array;
  /** Discards the micro-batches since the last update. */
  discard(): void;
  /** Copies of the parameters and their momentum. */
  state(): { parameters: Weights; velocities: Weights };
  /** Frees all memory on the device. The network cannot be used afterwards. */
  dispose(): void;
}

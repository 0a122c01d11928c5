import { headChannels, rootChannels, unitsOf, type Architecture } from './architecture.ts';

/** The cost of an image. */
export interface ImageCost {
  /** Floating-point operations of a forward pass. */
  forward: number;
  /** Floating-point operations of a forward and a backward pass. */
  trained: number;
  /**
   * Values that a forward pass computes and a backward pass reads: outputs of convolutions, norms and
   * additions.
   */
  activations: number;
}

/**
 * Counts the cost of an image of `px` x `px` pixels. As usual, only convolutions and the head count, with a
 * multiplication and an addition per weight and output pixel; norms and activations do not.
 */
export function imageCost(architecture: Architecture, px: number, classes: number): ImageCost {
  const half = (side: number): number => Math.ceil(side / 2);
  const root = rootChannels(architecture);
  const rootSide = half(px);
  const rootFlops = 2 * 7 * 7 * 3 * root * rootSide ** 2;
  let forward = rootFlops;
  let side = half(rootSide);
  let activations = root * (rootSide ** 2 + side ** 2);
  for (const { input, middle, output, stride, projected } of unitsOf(architecture)) {
    const before = side ** 2;
    side = stride === 2 ? half(side) : side;
    const after = side ** 2;
    const convolutions = [
      input * middle * before,
      9 * middle * middle * after,
      middle * output * after,
      projected ? input * output * after : 0,
    ];
    forward += 2 * convolutions.reduce((sum, one) => sum + one);
    // For each convolution its normalised input and its output, and then the sum.
    activations +=
      input * before + 2 * middle * before + 2 * middle * after + output * after * (projected ? 3 : 2);
  }
  const features = headChannels(architecture);
  forward += 2 * features * classes;
  activations += features * side ** 2;
  // A backward pass computes the gradients of the input and of the kernel; the images need none.
  return { forward, trained: 3 * forward - rootFlops, activations };
}

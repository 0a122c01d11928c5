import { z } from 'zod';
import { precisions } from './network.ts';

/** A network halves an image five times. */
const pixels = z.int().min(32).max(2048);
const count = z.int().min(1).max(1_000_000);

/** Learning-rate supports in steps: end of the warm-up, each decay, end of training. */
export const supportsSchema = z
  .array(count)
  .min(2)
  .max(100)
  .refine((steps) => steps.every((step, index) => index === 0 || step > steps[index - 1]!), {
    error: 'steps in strictly ascending order',
    params: { remedy: 'List the end of the warm-up, each decay and the end of training, in this order.' },
  });

/**
 * The hyper-parameters that a recipe sets and a run uses unchanged, with their descriptions. Configs,
 * specifications of runs and their validation are derived from them.
 */
export const hyperParameters = {
  baseLr: z
    .number()
    .gt(0)
    .meta({
      description: 'Learning rate after the warm-up. BiT-HyperRule: 0.003.',
      examples: [0.003],
    }),
  momentum: z
    .number()
    .min(0)
    .lt(1)
    .meta({
      description: "Momentum of SGD, in PyTorch's form. BiT-HyperRule: 0.9.",
      examples: [0.9],
    }),
  batch: count.meta({ description: 'Images per step. BiT-HyperRule: 512.', examples: [512] }),
  batchSplit: z.union([z.literal('auto'), count], { error: '`auto` or a number of micro-batches' }).meta({
    description:
      'Micro-batches per step, to fit into memory: `auto` (default) for as few as the free memory allows, or a divisor of ' +
      '`batch`. If memory still runs out, the step is repeated in smaller parts.',
    examples: ['auto'],
  }),
  precision: z.enum(precisions).meta({
    description:
      'Precision of the computation. `tensorfloat32`, for GPUs of compute capability 8.0 or higher, rounds the factors of convolutions and matrix ' +
      'products to 10 fraction bits, as PyTorch lets cuDNN do by default. `bfloat16` rounds activations, their ' +
      'gradients and the kernels of convolutions to 7 fraction bits, as PyTorch’s autocast does. Both are deviations, for speed. ' +
      'Default: float32.',
    examples: ['float32'],
  }),
  resize: pixels.meta({
    description: 'Size in pixels that training images are resized to. BiT-HyperRule: 160 for small images.',
    examples: [160],
  }),
  crop: pixels.meta({
    description:
      'Size in pixels of random crops of training images, at most `resize`; test images are resized to it. ' +
      'BiT-HyperRule: 128 for small images.',
    examples: [128],
  }),
  evaluateEvery: z
    .int()
    .min(0)
    .max(1_000_000)
    .meta({
      description: 'Steps between evaluations on the test set; 0 (default) evaluates only at the end.',
      examples: [0],
    }),
  testImages: z
    .int()
    .min(1)
    .max(10_000_000)
    .meta({
      description:
        'Test images to score, evenly spread over the test set and the same for all runs, for quick trials: reports do not ' +
        'compare such a score with published ones. Default: all.',
      examples: [1000],
    }),
  evaluationBatch: z
    .int()
    .min(1)
    .max(10_000)
    .meta({
      description: 'Images per evaluation batch. Default: 100.',
      examples: [100],
    }),
  mixup: z
    .number()
    .min(0)
    .max(1)
    .meta({
      description:
        'Strength of MixUp: the alpha of the Beta distribution that each step draws lambda from; 0 for none. ' +
        'BiT-HyperRule: 0 for fewer than 20,000 training images, otherwise 0.1.',
      examples: [0.1],
    }),
};

import { datasets, imageSide } from '@bit-repro/data';
import { z } from 'zod';
import { precisions } from './network.ts';

const pixels = z.int().min(imageSide).max(2048);
const mostTestImages = Math.max(...Object.values(datasets).map(({ testImages }) => testImages));
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
 * What a recipe sets and a run takes as it is, and what it means. Configs, specifications of runs and their checks are made of
 * these.
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
      'Micro-batches per step, to fit in memory: `auto` (default), as few as the free memory allows, or a divisor of ' +
      '`batch`. Where memory runs out all the same, a step is done again in smaller parts.',
    examples: ['auto'],
  }),
  precision: z.enum(precisions).meta({
    description:
      'In what the network computes. `tensorfloat32`, on GPUs of compute capability 8.0 or higher, rounds what convolutions and matrix ' +
      'products multiply to 10 bits after the point, as PyTorch lets cuDNN do by default. `bfloat16` rounds activations, their ' +
      'gradients and the kernels that convolutions take to 7 bits, as PyTorch’s autocast does. Both are deviations, for speed. ' +
      'Default float32.',
    examples: ['float32'],
  }),
  resize: pixels.meta({
    description: 'Pixels that training images are resized to. BiT-HyperRule: 160 for small images.',
    examples: [160],
  }),
  crop: pixels.meta({
    description:
      'Pixels cropped at random from training images, at most `resize`; test images are resized to it. ' +
      'BiT-HyperRule: 128 for small images.',
    examples: [128],
  }),
  evaluateEvery: z
    .int()
    .min(0)
    .max(1_000_000)
    .meta({
      description: 'Steps between evaluations on the whole test set; 0 (default) evaluates at the end only.',
      examples: [0],
    }),
  evaluationBatch: z
    .int()
    .min(1)
    .max(mostTestImages)
    .meta({
      description: 'Images per evaluation batch. Default 100.',
      examples: [100],
    }),
  mixup: z.literal(0).meta({
    description:
      'Strength of MixUp. 0 is the only one built and what BiT-HyperRule takes below 20,000 training images (the ' +
      'default there); above, writing 0 accepts the deviation.',
    examples: [0],
  }),
};

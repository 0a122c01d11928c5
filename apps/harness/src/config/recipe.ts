import {
  bitHyperRule,
  precisions,
  resolutionFor,
  scheduleNames,
  type ScheduleName,
} from '@bit-repro/trainer';
import { z } from 'zod';
import { datasets, type DatasetName } from './datasets.ts';
import { modelNames } from './models.ts';

const { imageSide } = datasets.cifar10;
const pixels = z.int().min(imageSide).max(2048);
const count = z.int().min(1).max(1_000_000);

/** Learning-rate supports in steps: end of the warm-up, each decay, end of training. */
const supports = z
  .array(count)
  .min(2)
  .max(100)
  .refine((steps) => steps.every((step, index) => index === 0 || step > steps[index - 1]!), {
    error: 'steps in strictly ascending order',
    params: { remedy: 'List the end of the warm-up, each decay and the end of training, in this order.' },
  });

/**
 * The keys of a recipe. `settings`, every profile and every arm may hold any of them; the value of an arm holds over that
 * of its profile, that over `settings`, and that over BiT-HyperRule.
 */
export const recipeShape = {
  model: z.enum(modelNames).meta({
    description:
      'Network: a published one (BiT-M-R50x3), the stand-in in this repository (BiT-mini) or, for other weights, an ' +
      'architecture (R50x3, mini). No default.',
    examples: ['BiT-M-R50x3'],
  }),
  weights: z
    .union(
      [
        z.enum(['published', 'embedded', 'random']),
        z.strictObject({
          random: z
            .int()
            .min(0)
            .max(2 ** 31 - 1),
        }),
        z.strictObject({ file: z.string().min(1).max(4096) }),
      ],
      { error: 'published, embedded, random, `{random: SEED}` or `{file: PATH}`' },
    )
    .meta({
      description:
        'Weights to start from: `published` (default), `embedded` (BiT-mini, in this repository), `random` (drawn with ' +
        'seed 0, the same for all runs), `{random: SEED}`, or `{file: PATH}` of an npz under the published names, relative to the config.',
      examples: ['published'],
    }),
  baseLr: z
    .number()
    .gt(0)
    .max(10)
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
  schedule: z
    .union([z.enum(scheduleNames as [ScheduleName, ...ScheduleName[]]), z.strictObject({ supports })], {
      error: `${scheduleNames.join(', ')} or \`{supports: [...]}\``,
    })
    .meta({
      description:
        'Learning-rate schedule by name, or its supports in steps: end of the warm-up, each decay to a tenth, end of ' +
        'training. Default `bit-hyperrule`.',
      examples: ['bit-hyperrule'],
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
    .max(datasets.cifar10.testImages)
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

/** A mapping of any recipe keys. */
export const recipeSchema = z.strictObject(recipeShape).partial();

/** Any recipe keys. */
export type RecipeKeys = z.infer<typeof recipeSchema>;
export type RecipeKey = keyof RecipeKeys;
/** A recipe with nothing left open. */
export type Recipe = Required<Omit<RecipeKeys, 'mixup'>>;
/** A recipe before it is checked: a model may be missing. */
export type MergedRecipe = Omit<Recipe, 'model'> & Pick<RecipeKeys, 'model' | 'mixup'>;

/**
 * Lays recipes over BiT-HyperRule and the defaults of the keys it says nothing about; the last layer that has a key gives
 * its value.
 */
export function mergeRecipe(dataset: DatasetName, layers: readonly RecipeKeys[]): MergedRecipe {
  const side = datasets[dataset].imageSide;
  const defaults: MergedRecipe = {
    ...bitHyperRule,
    ...resolutionFor(side, side),
    weights: 'published',
    batchSplit: 'auto',
    precision: 'float32',
    evaluateEvery: 0,
    evaluationBatch: 100,
  };
  return Object.assign(defaults, ...layers) as MergedRecipe;
}

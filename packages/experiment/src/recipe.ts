import {
  bitHyperRule,
  hyperParameters,
  scheduleNames,
  supportsSchema,
  type ScheduleName,
} from '@bit-repro/trainer';
import { hubRepository, hubRevision } from '@bit-repro/model';
import { z } from 'zod';
import { modelNames } from './models.ts';

/** A higher rate is a typo. */
const plausibleRate = hyperParameters.baseLr.max(10).meta(hyperParameters.baseLr.meta()!);

/**
 * The keys of a recipe. `settings`, every profile and every arm may have any of them. An arm overrides its
 * profile, which overrides `settings`, which override BiT-HyperRule.
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
        z.strictObject({
          hub: z.string().regex(hubRepository, 'OWNER/NAME of a repository on the Hugging Face hub'),
          revision: z.string().regex(hubRevision, 'a branch, a tag or a commit').exactOptional(),
        }),
      ],
      {
        error:
          'published, embedded, random, `{random: SEED}`, `{file: PATH}` or `{hub: OWNER/NAME}`, with a `revision` if need be',
      },
    )
    .meta({
      description:
        'Weights to start from: `published` (default), `embedded` (BiT-mini, in this repository), `random` (drawn with ' +
        'seed 0, the same for all runs), `{random: SEED}`, `{file: PATH}`: an npz, safetensors or PyTorch file with the published tensor names, timm’s or the official PyTorch code’s, relative to the config, or ' +
        '`{hub: OWNER/NAME}`: model.safetensors of a repository on the Hugging Face hub, with `revision` at a branch, tag or commit.',
      examples: ['published'],
    }),
  ...hyperParameters,
  baseLr: plausibleRate,
  schedule: z
    .union(
      [
        z.enum(scheduleNames as [ScheduleName, ...ScheduleName[]]),
        z.strictObject({ supports: supportsSchema }),
      ],
      {
        error: `${scheduleNames.join(', ')} or \`{supports: [...]}\``,
      },
    )
    .meta({
      description:
        'Learning-rate schedule by name, or its supports in steps: end of the warm-up, each decay to a tenth, end of ' +
        'training. Default `bit-hyperrule`.',
      examples: ['bit-hyperrule'],
    }),
};

/** A mapping with any recipe keys. */
export const recipeSchema = z.strictObject(recipeShape).exactPartial();

/** Any recipe keys. */
export type RecipeKeys = z.infer<typeof recipeSchema>;
export type RecipeKey = keyof RecipeKeys;
type FollowingTheData = 'mixup' | 'resize' | 'crop' | 'testImages';
/**
 * A complete recipe. Without `mixup`, that of BiT-HyperRule for the number of images; without `resize` or `crop`, that for their
 * size; without `testImages`, all.
 */
export type Recipe = Required<Omit<RecipeKeys, FollowingTheData>> & Pick<RecipeKeys, FollowingTheData>;
/** A recipe before checks, which may lack a model. */
export type MergedRecipe = Omit<Recipe, 'model'> & Pick<RecipeKeys, 'model'>;

/**
 * Merges recipes over BiT-HyperRule and the defaults of all other keys. Later layers override earlier ones.
 */
export function mergeRecipe(layers: readonly RecipeKeys[]): MergedRecipe {
  const defaults: MergedRecipe = {
    ...bitHyperRule,
    weights: 'published',
    batchSplit: 'auto',
    precision: 'float32',
    evaluateEvery: 0,
    evaluationBatch: 100,
  };
  return Object.assign(defaults, ...layers) as MergedRecipe;
}

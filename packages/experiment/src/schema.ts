import { claimedNames, holdOutSchema } from '@bit-repro/data';
import { z } from 'zod';
import { recipeSchema, recipeShape, type RecipeKey } from './recipe.ts';
import { comparedArmsSchema } from './comparedArms.ts';
import type { LauncherSection } from './launcherSection.ts';
import { verdictRuleSchema } from './verdictRule.ts';

/** Those of ImageNet-21k’s largest class are fewer. */
const mostShots = 100_000;
/** Maximum number of seeds in a config. */
const mostSeeds = 10_000;

const slug = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, {
    error: 'lower-case letters and digits, with single hyphens or dots between them',
  });
/** JavaScript objects list keys of only digits first, but the order of profiles matters. */
const profileName = slug.regex(/\D/, { error: 'a name that is not all digits' });
const line = z.string().min(1).max(300).refine(isPlain, { error: 'one line without control characters' });

const shotsPerClass = z.int().min(1).max(mostShots);
const allImages = z.literal('all');
const seed = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

const shots = z
  .union(
    [
      allImages,
      unique(z.array(z.union([shotsPerClass, allImages], { error: 'a number or `all`' })).min(1)),
      z
        .strictObject({ from: shotsPerClass, to: shotsPerClass })
        .refine(({ from, to }) => from <= to, { error: '`from` to be at most `to`', path: ['from'] }),
    ],
    { error: 'a list of numbers, `all` or `{from, to}`' },
  )
  .meta({
    description:
      'Training images per class: a list, or `{from, to}` for every number between. From 1 to the size of the smallest ' +
      'class; `all`, alone or in a list, is the whole training set.',
    examples: [[1, 5]],
  });

const seeds = z
  .union(
    [
      unique(z.array(seed).min(1).max(mostSeeds)),
      z.strictObject({ count: z.int().min(1).max(mostSeeds), from: z.int().min(0).max(1e9).default(0) }),
    ],
    { error: 'a list of numbers or `{count, from}`' },
  )
  .meta({
    description:
      'One run per seed: a list, or `{count, from}` for `count` seeds starting at `from` (default 0). A seed fixes the ' +
      'training subset, whatever the arm.',
    examples: [[0, 1, 2, 3, 4]],
  });

const oneDataset = z.union(
  [
    z.enum(claimedNames),
    z.strictObject({
      folder: z.string().min(1).max(4096),
      holdOut: holdOutSchema.optional(),
    }),
  ],
  { error: `${claimedNames.join(', ')} or \`{folder: PATH}\`` },
);
export type WrittenDataset = z.infer<typeof oneDataset>;

const arm = z.strictObject({
  name: slug.meta({ description: 'Short name, unique among the arms.', examples: ['bit-hyperrule'] }),
  title: line
    .optional()
    .meta({ description: 'Name in reports. Default: `name`.', examples: ['BiT-HyperRule'] }),
  ...recipeSchema.shape,
});

const arms = z
  .array(arm)
  .min(1)
  .max(100)
  .superRefine((list, context) => {
    list.forEach(({ name }, index) => {
      const first = list.findIndex((other) => other.name === name);
      if (first < index) {
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `a name that no other arm has (arm ${first} has it)`,
          params: { remedy: 'Give every arm a name of its own.' },
        });
      }
    });
  })
  .meta({
    description: 'Recipes to compare: each runs with every number of shots and every seed.',
    examples: [[{ name: 'bit-hyperrule' }]],
  });

const grid = z
  .strictObject(
    Object.fromEntries(
      Object.entries(recipeShape).map(([key, value]) => [key, unique(z.array(value).min(1).max(100))]),
    ) as { [Key in RecipeKey]: z.ZodArray<(typeof recipeShape)[Key]> },
  )
  .partial()
  .meta({
    description:
      'Lists of values for recipe keys: every arm runs with every combination. Without `arms`, the combinations ' +
      'are the arms.',
    examples: [{ baseLr: [0.003, 0.001] }],
  });

const profile = z.strictObject({
  title: line
    .optional()
    .meta({ description: 'One-line description of the profile.', examples: ['As published'] }),
  minGpuMemory: z
    .string()
    .regex(/^\d+(\.\d+)? ?GiB$/, { error: 'an amount of memory in GiB' })
    .optional()
    .meta({
      description: 'GPU memory that `auto` requires before it selects this profile. Default: no GPU needed.',
      examples: ['16 GiB'],
    }),
  shots: shots.optional(),
  seeds: seeds.optional(),
  arms: arms.optional(),
  grid: grid.optional(),
  compare: comparedArmsSchema.optional(),
  ...recipeSchema.shape,
});

const experiment = z.strictObject({
  name: slug.meta({
    description: 'Short name. The report is written to `reports/NAME`.',
    examples: ['fig6'],
  }),
  title: line.meta({ description: 'Name in reports.', examples: ['Figure 6 of the BiT paper'] }),
  description: z
    .string()
    .max(4000)
    .refine((text) => isPlain(text.replaceAll('\n', '')), { error: 'text without control characters' })
    .optional()
    .meta({ description: 'A paragraph for the report.', examples: ['What is compared, and why.'] }),
  target: slug.optional().meta({
    description: 'Published numbers to compare with: `configs/targets/TARGET.yaml`. Default: none.',
    examples: ['figure6'],
  }),
  verdict: verdictRuleSchema.optional().meta({
    description:
      'When a report calls a published result reproduced. Each run keeps the rule that it was started with. ' +
      'Default: no verdict.',
    examples: [{ margins: [{ shots: 1, points: 6.1 }] }],
  }),
  dataset: z
    .union([oneDataset, unique(z.array(oneDataset).min(1).max(20))], {
      error: `${claimedNames.join(', ')}, \`{folder: PATH}\` or a list of these`,
    })
    .meta({
      description:
        'Data set: a published one by its name (`ilsvrc2012` is in the folder that BIT_REPRO_ILSVRC2012 names), or `{folder: PATH}` for your own images, relative to the config. The folder has ' +
        '`train/CLASS` and `test/CLASS`, or `CLASS` alone; then `holdOut: {share, seed}` says which images are kept for ' +
        'testing (default a fifth of each class, seed 0). Of a list, every arm runs on each.',
      examples: ['cifar10'],
    }),
  shots,
  seeds,
  settings: recipeSchema
    .default({})
    .meta({ description: 'Recipe keys common to all arms and profiles.', examples: [{ baseLr: 0.003 }] }),
  arms: arms.optional(),
  grid: grid.optional(),
  compare: comparedArmsSchema.optional(),
  profiles: z
    .record(profileName, profile)
    .refine((profiles) => Object.keys(profiles).length > 0, { error: 'at least one profile' })
    .default({ default: {} })
    .meta({
      description:
        'Ways to run the experiment, in order of preference: `auto` selects the first that fits the machine. Each may ' +
        'replace shots, seeds, arms and `compare`, and override recipe keys. Default: one, for any machine, of `settings` alone.',
      examples: [{ paper: { model: 'BiT-M-R50x3' } }],
    }),
});

const sectionsOf = (sections: readonly LauncherSection[]): Record<string, z.ZodOptional> =>
  Object.fromEntries(sections.map(({ key, schema }) => [key, schema.optional()]));

/** An experiment in `configs/NAME.yaml`, merged with the files that it extends. */
export const experimentSchema = (sections: readonly LauncherSection[]): z.ZodType<WrittenExperiment> =>
  z.strictObject({ ...experiment.shape, ...sectionsOf(sections) });

/** A single file, which may take any key from the file that it extends. */
export const experimentFileSchema = (sections: readonly LauncherSection[]): z.ZodType =>
  z.strictObject({
    ...experiment.shape,
    ...sectionsOf(sections),
    extends: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'Another experiment, whose values this one overrides. The path is relative to this file.',
        examples: ['fig6.yaml'],
      }),
  });

export type WrittenExperiment = z.infer<typeof experiment>;
export type GridFile = z.infer<typeof grid>;
export type ArmFile = z.infer<typeof arm>;
export type ProfileFile = Omit<z.infer<typeof profile>, 'grid'>;
/** An experiment with its grids expanded into arms. */
export type ExperimentFile = Omit<WrittenExperiment, 'grid' | 'arms' | 'profiles'> & {
  arms: ArmFile[];
  profiles: Record<string, ProfileFile>;
};

function unique<T extends z.ZodArray>(list: T): T {
  return list.meta({ uniqueItems: true }).superRefine((values, context) => {
    const seen = new Map<string, number>();
    values.forEach((value, index) => {
      const identity = JSON.stringify(value);
      const first = seen.get(identity);
      if (first === undefined) {
        seen.set(identity, index);
        return;
      }
      context.addIssue({
        code: 'custom',
        path: [index],
        message: `a value that is not in the list yet (entry ${first} is the same)`,
        params: { remedy: 'List every value once.' },
      });
    });
  });
}

/**
 * Whether a text has no control, direction or line-separator characters, which could affect a terminal or a
 * page.
 */
function isPlain(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}

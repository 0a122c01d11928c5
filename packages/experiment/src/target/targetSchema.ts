import { claimedNames } from '@bit-repro/data';
import { z } from 'zod';
import { recipeSchema } from '../recipe.ts';

const percent = z.number().min(0).max(100);
const text = z.string().min(1);
const readingError = z.number().positive().max(50);

const dataset = z.enum(claimedNames);

const publishedRun = z.strictObject({
  value: percent,
  readingError: readingError
    .exactOptional()
    .meta({ description: 'Where this run was read less exactly than the result, +/- points.' }),
  seed: z.int().exactOptional(),
});

const result = z.strictObject({
  shots: z
    .union([z.int().min(1), z.literal('full')], { error: 'a number or full' })
    .meta({ description: 'Training images per class.' }),
  dataset: dataset.exactOptional().meta({
    description: 'Data set, where it is another than that of the source.',
    examples: ['ilsvrc2012'],
  }),
  model: text.meta({ description: 'Network, as experiments name it.', examples: ['BiT-M-R50x3'] }),
  value: percent.meta({ description: 'The statistic as published, in percent.', examples: [52.4] }),
  readingError: readingError
    .optional()
    .meta({ description: 'For values read off a figure: the reading error, +/- points.', examples: [0.3] }),
  range: z
    .tuple([percent, percent])
    .optional()
    .meta({ description: 'Least and greatest of the runs, where that is all that is known of them.' }),
  runs: z.array(publishedRun).min(1).optional().meta({ description: 'Single runs, as far as known.' }),
});

const source = z.strictObject({
  source: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .meta({ description: 'Short name, unique in the file.', examples: ['paper'] }),
  title: text.meta({ description: 'Name in tables.', examples: ['Paper, Figure 6'] }),
  label: text.meta({ description: 'Name beside a mark of a figure.', examples: ['Paper'] }),
  citation: text.meta({ description: 'Where the numbers were read.' }),
  dataset: dataset.meta({ description: 'Data set of its results.', examples: ['cifar10'] }),
  statistic: z.enum(['median', 'mean']).meta({ description: 'What the values are of the runs.' }),
  n: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Runs behind each value.', examples: [5] }),
  settings: z
    .record(z.string(), z.union([z.number(), text, z.array(z.number())]))
    .optional()
    .meta({ description: 'Its recipe, as far as it is stated, by the keys of an experiment.' }),
  notes: z
    .array(text)
    .default([])
    .meta({ description: 'Sentences on what its numbers cannot be compared with, and why.' }),
  results: z.array(result).min(1),
});

const claims = source.extend({
  recipe: z
    .union([z.literal('bit-hyperrule'), recipeSchema.omit({ model: true, weights: true })], {
      error: 'bit-hyperrule, or a mapping of settings that differ from it',
    })
    .meta({
      description:
        'Recipe that the claims are about: BiT-HyperRule, or what differs from it by the keys of an experiment. Only arms of ' +
        'this recipe are judged; how they split a batch, their precision and when they evaluate do not count.',
      examples: ['bit-hyperrule'],
    }),
});

const figure = z.strictObject({
  title: text.meta({ description: 'What it is.', examples: ['Figure 6 of the BiT paper'] }),
  x: z
    .array(text)
    .min(1)
    .meta({ description: 'Places from left to right.', examples: [['R50x1', 'R50x3']] }),
  series: z.record(z.string(), text).meta({
    description: 'Series and their titles: the network SERIES-X stands at X in the colour of SERIES.',
    examples: [{ 'BiT-M': 'ImageNet-21k' }],
  }),
});

/** Published numbers as written in `configs/targets/NAME.yaml`. */
export const targetSchema = z
  .strictObject({
    name: text,
    title: text,
    metric: z
      .literal('top1-percent')
      .meta({ description: 'Top-1 accuracy on the whole test set, in percent.' }),
    reference: text.optional().meta({
      description:
        'Network whose numbers stand beside runs of networks without published numbers. Default: that of the first claim.',
      examples: ['BiT-M-R50x3'],
    }),
    figure: figure.optional().meta({
      description:
        'How the published figure is laid out, with a panel for each data set and number of shots. Default: accuracy by shots.',
    }),
    sameNumbersAs: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .default([])
      .meta({
        description: 'SHA-256 of earlier states of the file that had the same numbers, or only some of them.',
      }),
    claims: claims.meta({ description: 'What can be judged.' }),
    series: z.array(source).default([]).meta({ description: 'What others got, to show beside it.' }),
  })
  .refine(({ claims, series }) => areUnique([claims, ...series].map((one) => one.source)), {
    error: 'sources of different names',
    path: ['series'],
  })
  .refine(
    ({ claims, series }) =>
      [claims, ...series].every(({ dataset: common, results }) =>
        areUnique(
          results.map(({ dataset = common, shots, model }) => JSON.stringify([dataset, shots, model])),
        ),
      ),
    { error: 'one result of a source for each data set, network and number of shots', path: ['claims'] },
  );

/** Published numbers: top-1 accuracy in percent, each with its source. */
export type Target = z.infer<typeof targetSchema>;
/** Who published numbers, and what of. */
export type PublishedSource = z.infer<typeof source>;

/** Everyone whose numbers a target has; the first one's can be judged. */
export const sourcesOf = ({ claims, series }: Target): [PublishedSource, ...PublishedSource[]] => [
  claims,
  ...series,
];

/** The network whose published numbers stand beside runs of networks without any. */
export const referenceModel = ({ reference, claims }: Target): string =>
  reference ?? claims.results[0]!.model;

const areUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;

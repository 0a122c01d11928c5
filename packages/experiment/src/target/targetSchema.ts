import { datasetNames } from '@bit-repro/data';
import { z } from 'zod';

const percent = z.number().min(0).max(100);
const shots = z.int().min(1);
const text = z.string().min(1);

const dot = z.strictObject({
  top1: percent,
  hidden: z
    .literal(true)
    .optional()
    .meta({ description: 'Lies under another marker, so read less exactly.' }),
});

const upstream = z.strictObject({
  name: text.meta({ description: 'Data set of the pre-training.', examples: ['ImageNet-21k'] }),
  family: text.meta({ description: 'Name of its networks.', examples: ['BiT-M'] }),
  released: z.boolean().meta({ description: 'Whether its weights were published.' }),
  medians: z.array(percent).meta({ description: 'One for each of the models, in their order.' }),
  dots: z.record(z.string(), z.array(dot)).meta({ description: 'By model: its single runs, ascending.' }),
});

const panel = z.strictObject({
  shots,
  uncertainty: z.number().positive().meta({ description: 'Reading error of medians and dots, +/- points.' }),
  hiddenUncertainty: z.number().positive().meta({ description: 'Reading error of hidden dots, +/- points.' }),
  upstreams: z.array(upstream),
});

const reproduction2021 = z.strictObject({
  source: text,
  model: text,
  settings: z.strictObject({
    baseLr: z.number(),
    batch: z.int(),
    batchSplit: z.int(),
    evaluateEvery: z.int(),
    schedule: z.array(z.int()),
    gpus: text,
  }),
  paperAsReadThere: z.array(z.strictObject({ shots, top1: percent })),
  results: z.array(
    z.strictObject({
      shots,
      mean: percent,
      runs: z.array(z.strictObject({ seed: z.int(), top1: percent })),
    }),
  ),
  caveats: z.array(text),
});

const officialResult = z.strictObject({
  shots: z.union([shots, z.literal('full')], { error: 'a number or full' }),
  model: text,
  framework: z.enum(['TF2', 'Jax', 'PyTorch']),
  min: percent.optional(),
  median: percent.meta({ description: 'Or the only value that is given.' }),
  max: percent.optional(),
});

/** Published numbers as written in `configs/targets/NAME.yaml`. */
export const targetSchema = z.strictObject({
  name: text,
  title: text,
  dataset: z.enum(datasetNames),
  metric: z
    .literal('top1-percent')
    .meta({ description: 'Top-1 accuracy on the whole test set, in percent.' }),
  figure6: z.strictObject({
    source: text,
    captionFacts: z.array(text),
    models: z.array(text).meta({ description: 'Architectures from left to right.' }),
    panels: z.array(panel),
  }),
  reproduction2021,
  officialReadme: z.strictObject({
    source: text,
    settings: z.strictObject({ batch: z.int(), baseLr: z.number() }),
    results: z.array(officialResult),
  }),
});

/** Published numbers: top-1 accuracy in percent, each with its source. */
export type Target = z.infer<typeof targetSchema>;
export type Figure6Panel = z.infer<typeof panel>;
export type Figure6Upstream = z.infer<typeof upstream>;
export type Figure6Dot = z.infer<typeof dot>;
export type Reproduction2021 = z.infer<typeof reproduction2021>;
export type OfficialResult = z.infer<typeof officialResult>;

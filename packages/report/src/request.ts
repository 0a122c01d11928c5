import { datasetBriefSchema, datasetRefSchema, nameOfDataset } from '@bit-repro/data';
import { fineTuneSchema, shotsSchema } from '@bit-repro/trainer';
import { z } from 'zod';
import { verdictRuleSchema } from '@bit-repro/experiment';
import { leftOutSchema } from './leftOut.ts';

const titled = z.object({ name: z.string(), title: z.string() });

const weightsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('published'), name: z.string() }),
  z.object({ kind: z.literal('embedded'), name: z.string() }),
  z.object({ kind: z.literal('random'), name: z.string(), seed: z.int() }),
  z.object({ kind: z.literal('file'), name: z.string(), path: z.string() }),
  z.object({
    kind: z.literal('hub'),
    name: z.string(),
    repository: z.string(),
    revision: z.string().exactOptional(),
  }),
]);

const plannedSchema = z.object({
  experiment: z.string(),
  profile: z.string(),
  arm: titled,
  shots: shotsSchema,
  seed: z.int(),
  model: z.string(),
  weights: weightsSchema,
  dataset: datasetBriefSchema,
  fineTune: fineTuneSchema,
});

const checkedSchema = z
  .object({
    experiment: z.object({
      ...titled.shape,
      description: z.string().exactOptional(),
      target: z.string().exactOptional(),
      datasets: z.array(datasetRefSchema).min(1),
      verdict: verdictRuleSchema.exactOptional(),
      profiles: z.array(
        z.object({
          ...titled.shape,
          arms: z.array(titled),
          compare: z.array(z.object({ arm: z.string(), against: z.string() })).exactOptional(),
        }),
      ),
    }),
    profile: z.string(),
    planned: z.array(plannedSchema),
    failures: z.array(z.object({ run: plannedSchema, reason: z.string() })),
    /** Absent in earlier reports. */
    leftOut: z.array(leftOutSchema).exactOptional(),
    generatedAt: z.iso.datetime(),
  })
  .refine(({ experiment, profile }) => experiment.profiles.some(({ name }) => name === profile), {
    error: 'a profile that the experiment has',
    path: ['profile'],
  });

export type ReportRequest = z.infer<typeof checkedSchema>;

/**
 * What a report was asked to be of, as its page carries it. Its keys stay in their order, so that a page that is remade from it has
 * the same bytes.
 */
export const requestSchema = z.preprocess(
  asOfSeveralDatasets,
  z.custom<ReportRequest>((value) => checkedSchema.safeParse(value).success, {
    error: 'a request as this version writes it',
  }),
);

const ofOneDataset = z.looseObject({
  experiment: z.looseObject({ dataset: datasetRefSchema }),
  leftOut: z.array(z.looseObject({})).default([]),
});

/** Earlier reports were of one data set. */
function asOfSeveralDatasets(value: unknown): unknown {
  const earlier = ofOneDataset.safeParse(value);
  if (!earlier.success) return value;
  const { experiment, leftOut, ...rest } = earlier.data;
  const { dataset, ...others } = experiment;
  return {
    ...rest,
    experiment: { ...others, datasets: [dataset] },
    leftOut: leftOut.map((run) => ({ ...run, dataset: nameOfDataset(dataset) })),
  };
}

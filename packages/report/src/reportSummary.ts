import { shotsSchema } from '@bit-repro/trainer';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import { verdicts } from '@bit-repro/metrics';
import { z } from 'zod';
import { reportFiles } from './reportFiles.ts';

/** Earlier reports were of CIFAR-10 alone. */
const task = { dataset: z.string().default('cifar10'), shots: shotsSchema };

/** What a comment needs of a report's data.json; reports of other versions may have more, or lack what is optional. */
const reportSummarySchema = z.object({
  name: z.string(),
  title: z.string(),
  profile: z.object({ name: z.string() }),
  comparable: z.boolean(),
  networks: z.array(z.string()),
  planned: z.int(),
  missing: z.array(z.unknown()),
  groups: z.array(
    z.object({
      arm: z.string(),
      network: z.string(),
      testImages: z.int().optional(),
      ...task,
      runs: z.array(
        z.object({
          id: z.string(),
          seed: z.int(),
          top1: z.number(),
          // What results are compared by with those of the base branch.
          top5: z.number().optional(),
          loss: z.number().optional(),
          losses: z.array(z.object({ step: z.int(), loss: z.number() })).optional(),
        }),
      ),
      summary: z
        .object({ n: z.int(), median: z.number(), mean: z.number(), min: z.number(), max: z.number() })
        .optional(),
    }),
  ),
  published: z.array(
    z.object({
      source: z.string(),
      /** Earlier reports lack it. */
      title: z.string().optional(),
      model: z.string(),
      ...task,
      headline: z.object({ reducer: z.enum(['median', 'mean']), top1: z.number() }),
    }),
  ),
  settings: z.array(
    z.object({
      setting: z.string(),
      paper: z.string(),
      arms: z.array(z.object({ value: z.string(), differs: z.boolean() })),
    }),
  ),
  arms: z.array(z.string()),
  verdicts: z
    .array(
      z.object({
        who: z.union([z.object({ arm: z.string() }), z.object({ control: z.string() })]),
        model: z.string(),
        ...task,
        n: z.int(),
        /** Absent before the first look. */
        judgement: z
          .object({
            verdict: z.enum(verdicts),
            /** Earlier reports lack it. */
            difference: z
              .object({ value: z.number(), low: z.number(), high: z.number() })
              .optional()
              .catch(undefined),
          })
          .optional(),
        nextLook: z.int().optional(),
      }),
    )
    .default([]),
  comparisons: z
    .array(
      z.object({
        /** Earlier reports lack these three. */
        title: z.string().optional(),
        mean: z.number().optional(),
        outcome: z.enum(['higher', 'lower', 'undecided']).optional(),
        ...task,
        seeds: z.array(z.unknown()).default([]),
        interval: z.object({ low: z.number(), high: z.number() }).optional(),
        adjustedP: z.number().optional(),
        tooFew: z.string().optional(),
      }),
    )
    .default([]),
});

export type ReportSummary = z.infer<typeof reportSummarySchema>;

/** Reads the numbers of the report in `folder`. @throws InputError when there are none, or not such. */
export async function readSummary(folder: string): Promise<ReportSummary> {
  const file = join(folder, reportFiles.data);
  try {
    return reportSummarySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new InputError(
      `Expected the numbers of a report in ${file}, found that ${(cause as Error).message.split('\n')[0]!}`,
      'Name the folder of a report, as `harness run` writes it.',
      { cause },
    );
  }
}

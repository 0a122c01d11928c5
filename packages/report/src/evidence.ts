import { z } from 'zod';
import { digestOfTarget } from '@bit-repro/experiment';
import { reachedCode, type ReachedCode } from '@bit-repro/runs';
import { contrastSchema, derivationSchema } from './derivation.ts';
import { formatNames, type Ledger } from './ledger.ts';
import { pageFiles } from './page/files.ts';
import { publicationSchema } from './publication.ts';
import type { ReportInput } from './reportInput.ts';
import { requestSchema } from './request.ts';

/** Nothing that leads out of a folder. */
const fileName = /^[a-z0-9][a-z0-9.-]*$/;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a page carries with it, so that everything it says can be recomputed from the runs. */
export const evidenceSchema = z.strictObject({
  version: z.literal(1),
  /** SHA-256 over the code that made the report: other code may word and draw it otherwise. */
  generator: sha256,
  /** The commit of that code; absent where it had uncommitted changes. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .exactOptional(),
  /** Where the code of its runs can be read; absent where that is not known. */
  publication: publicationSchema.exactOptional(),
  /** Machine that drew the PNG pictures, as Node names it: their last bits are its own. */
  platform: z.string(),
  /** What the report was asked to be of. */
  request: requestSchema,
  /** The published numbers that it compares with, SHA-256 of their JSON. */
  target: z.strictObject({ name: z.string().regex(fileName), sha256 }).optional(),
  /** The runs, with the SHA-256 of each of their files that the report was made from. */
  runs: z.array(z.strictObject({ id: z.string().regex(fileName), files: z.record(z.string(), sha256) })),
  /** Pairs of arms that are compared, whose p-values are corrected together; in earlier reports with those of the effects. */
  family: z.array(contrastSchema),
  /** Effects of settings, whose p-values are corrected together; absent where there are none. */
  effects: z.array(contrastSchema).exactOptional(),
  /** Every number, in the order of its first place in the page: how it was made, and what it came to. */
  numbers: z.array(derivationSchema.extend({ format: z.enum(formatNames), value: z.number().nullable() })),
});

export type Evidence = z.infer<typeof evidenceSchema>;

const folder = 'packages/report/src';

/** The code that a report's words, figures and numbers depend on; templates, fonts and what draws in a page are read as files. */
export const reportCode = (workspace?: string): Promise<ReachedCode> =>
  reachedCode(
    {
      entry: `${folder}/renderReport.ts`,
      files: ['report.hbs', ...pageFiles.map((name) => `page/${name}`)].map((name) => `${folder}/${name}`),
      packages: ['dejavu-fonts-ttf', '@fontsource/unifontex', 'vega'],
    },
    workspace,
  );

let generator: Promise<string> | undefined;

/** Of the code that this process makes reports with, which does not change while it lives. */
export const generatorDigest = (): Promise<string> =>
  (generator ??= reportCode().then(({ digest }) => digest));

export const thisPlatform = `${process.platform}-${process.arch}`;

/** What a report carries of what it was made of. */
export async function evidenceOf(input: ReportInput, { entries, source }: Ledger): Promise<Evidence> {
  const {
    experiment,
    profile,
    planned,
    records,
    extras,
    failures = [],
    leftOut = [],
    target,
    generatedAt,
  } = input;
  const { name, title, description, datasets, verdict, profiles } = experiment;
  const ran = profiles.find((candidate) => candidate.name === profile)!;
  const arms = ran.arms.map((arm) => ({ name: arm.name, title: arm.title }));
  const request = {
    experiment: {
      name,
      title,
      ...(description !== undefined && { description }),
      ...(experiment.target !== undefined && { target: experiment.target }),
      datasets: [...datasets],
      ...(verdict !== undefined && { verdict }),
      profiles: [
        {
          name: ran.name,
          title: ran.title,
          arms,
          ...(ran.compare !== undefined && { compare: ran.compare.map((pair) => ({ ...pair })) }),
        },
      ],
    },
    profile,
    planned: planned.map((run) => ({ ...run })),
    failures: failures.map((failure) => ({ ...failure })),
    leftOut: leftOut.map((run) => ({ ...run })),
    generatedAt: generatedAt.toISOString(),
  };
  return {
    version: 1,
    generator: await generatorDigest(),
    ...(input.commit !== undefined && { commit: input.commit }),
    ...(input.publication !== undefined && { publication: input.publication }),
    platform: input.platform ?? thisPlatform,
    request,
    ...(target !== undefined && { target: { name: target.name, sha256: digestOfTarget(target) } }),
    runs: records.map(({ id }) => ({ id, files: extras?.get(id)?.files ?? {} })),
    family: [...(source.family ?? [])],
    ...(source.effects !== undefined && source.effects.length > 0 && { effects: [...source.effects] }),
    numbers: entries,
  };
}

import { shotsSchema } from '@bit-repro/trainer';
import { ExplainedError } from '@bit-repro/artifacts';
import {
  confidenceParts,
  contrast,
  holm,
  judge,
  leastSignFlipP,
  medianWithin,
  signFlipTest,
  type Claim,
  type Judgement,
  type Predictions,
} from '@bit-repro/metrics';
import { configure } from 'safe-stable-stringify';
import { z } from 'zod';
import { claimOf, type Target, type VerdictRule } from '@bit-repro/experiment';
import type { RunRecord } from '@bit-repro/runs';
import { percentOf } from './accuracy.ts';
import { onceForSource } from './onceForSource.ts';
import { publishedResult, type PublishedResult } from './published.ts';
import { reducers, type Given, type Reducer } from './reducers.ts';
import { tallyOf } from './tally.ts';

/** Arms seed by seed: the runs of each in the order of their seeds, and what it counts. Weights 1 and -1 are a difference. */
export const contrastSchema = z.strictObject({
  contrast: z.array(z.strictObject({ weight: z.number(), runs: z.array(z.string()) })).min(1),
});

/** Arms of which the best is picked: the runs of each in the order of the same seeds. */
const choiceSchema = z.strictObject({ among: z.array(z.array(z.string()).min(1)).min(2) });

/** A network that something was published of, and the task. Earlier reports were of CIFAR-10 alone. */
const publishedPlace = z.strictObject({
  model: z.string(),
  dataset: z.string().default('cifar10'),
  shots: shotsSchema,
});
type PublishedPlace = z.infer<typeof publishedPlace>;

/** Of the images of a class those that runs took for a class, the same or another. */
const confusionSchema = z.strictObject({
  runs: z.array(z.string()),
  label: z.int().nonnegative(),
  predicted: z.int().nonnegative(),
});

/**
 * Where numbers in percent come from: accuracies of runs of ours, in their order, on all images or on one class; shares of a
 * class that they take for another; a contrast of runs; arms to pick from; or what was published of a network.
 */
const sampleSchema = z.union([
  z.strictObject({ runs: z.array(z.string()) }),
  confusionSchema,
  contrastSchema,
  choiceSchema,
  publishedPlace.extend({ published: z.string() }),
]);

/** How a number of a report was made: a reducer of `reducers`, and what it was given. */
export const derivationSchema = z.strictObject({
  reducer: z.string(),
  /** Where the number stands in the record of a run, with dots between the keys. */
  path: z.string().optional(),
  of: sampleSchema,
  /** Place of an image among those of the test set, from 0. */
  image: z.int().nonnegative().optional(),
  /** The other side of a comparison. */
  against: sampleSchema.optional(),
  /** Confidence of an interval. */
  level: z.number().optional(),
  /** Level of a test. */
  alpha: z.number().optional(),
  /** The published value that is judged by. */
  claim: publishedPlace.optional(),
  /** A number of runs to plan for. */
  runs: z.int().positive().optional(),
});

export type ContrastSample = z.infer<typeof contrastSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type Derivation = Omit<z.infer<typeof derivationSchema>, 'reducer'> & { reducer: Reducer };

/** What numbers are computed from. */
export interface NumberSource {
  records: ReadonlyMap<string, RunRecord>;
  /** What the runs made of each test image, of those where it is known. */
  predictions?: ReadonlyMap<string, Predictions> | undefined;
  target?: Target | undefined;
  verdict?: VerdictRule | undefined;
  /** Pairs of arms that are compared, whose p-values are corrected together. */
  family?: readonly ContrastSample[] | undefined;
  /** Effects of settings. They are corrected together too, but not with the pairs, which are what was asked for. */
  effects?: readonly ContrastSample[] | undefined;
}

type Family = 'family' | 'effects';

/**
 * Computes a number of a report.
 *
 * @throws ExplainedError when a run is missing, or the reducer is none.
 */
export function derive(
  {
    reducer,
    path = '',
    of,
    image,
    against,
    level = 0.95,
    alpha = 0.05,
    claim,
    runs = Infinity,
  }: z.infer<typeof derivationSchema>,
  source: NumberSource,
): number | null {
  if (!Object.hasOwn(reducers, reducer)) {
    throw new ExplainedError(
      `Expected one of ${Object.keys(reducers).join(', ')}, found the reducer ${JSON.stringify(reducer)}`,
      'Verify the report with the version that made it.',
    );
  }
  const judgement = (): Judgement => judgementOf({ of, claim: needed(claim, 'a claim'), alpha }, source);
  const given: Given = {
    values: () => valuesOf(of, source),
    adjustedPs: () => adjustedPs({ alpha, family: familyOf(of, source) }, source),
    leastAdjustedPs: () => leastAdjustedPs(familyOf(of, source), source),
    familySize: () => familySize(of, source),
    sets: () => setsOf(of, source),
    others: () => valuesOf(needed(against, 'the other side of the comparison'), source),
    records: () => recordsOf(of, source),
    recorded: () => recordsOf(of, source).flatMap((record) => numberAt(record, path)),
    images: () => countsOf(of, source).map(({ images }) => images),
    confidences: () => confidencesOf(of, needed(image, 'an image'), source),
    published: () => publishedOf(of, source),
    claim: () => requireClaim(claim, source),
    judgement,
    difference: () => {
      const { difference } = judgement();
      return difference.kind === 'refused' ? undefined : difference;
    },
    within: () => {
      const { value, margin } = requireClaim(claim, source);
      return medianWithin(valuesOf(of, source), { of: value, distance: margin }, alpha);
    },
    level,
    alpha,
    runs,
  };
  return reducers[reducer as Reducer](given);
}

function requireClaim(claim: PublishedPlace | undefined, { target, verdict }: NumberSource): Claim {
  const place = needed(claim, 'a claim');
  const found = target && verdict && claimOf(target, verdict, place);
  return needed(found, `a published value of ${placeInWords(place)}, with a margin`);
}

/** What a sample says of a claim. @throws ExplainedError when there is no such claim. */
export const judgementOf = onceForSource(
  ({ of, claim, alpha }: { of: Sample; claim: PublishedPlace; alpha: number }, source: NumberSource) =>
    judge(valuesOf(of, source), requireClaim(claim, source), alpha),
);

/**
 * The accuracies or shares of a sample in percent; of a contrast one number of points for each seed.
 *
 * @throws ExplainedError when one of its runs is missing.
 */
function valuesOf(sample: Sample, source: NumberSource): number[] {
  if ('published' in sample) return publishedOf(sample, source).runs.map(({ top1 }) => top1);
  if ('contrast' in sample) {
    return contrast(
      sample.contrast.map(({ weight, runs }) => ({ weight, values: valuesOf({ runs }, source) })),
    );
  }
  if ('label' in sample) {
    return countsOf(sample, source).map(({ images, ofClass }) => (100 * images) / ofClass);
  }
  return recordsOf(sample, source).map((record) => percentOf(record, 'top1'));
}

/** For each arm of a choice the accuracies of its runs. */
const setsOf = (sample: Sample, source: NumberSource): number[][] =>
  needed('among' in sample ? sample.among : undefined, 'arms to pick from').map((runs) =>
    valuesOf({ runs }, source),
  );

/** For each run how many images of a class it took for a class, and how many there are. */
function countsOf(sample: Sample, source: NumberSource): { images: number; ofClass: number }[] {
  if (!('label' in sample)) return needed<never[]>(undefined, 'a class and what it was taken for');
  const { runs, label, predicted } = sample;
  return runs.map((id) => {
    const { counts, sizes } = tallyOf(predictionsOf(id, source));
    const ofClass = needed(sizes.get(label), `test images of class ${label} in the run ${id}`);
    return { images: counts.get(label)?.get(predicted) ?? 0, ofClass };
  });
}

/** How sure runs are of what they take an image for, in percent. */
const confidencesOf = (sample: Sample, image: number, source: NumberSource): number[] =>
  recordsOf(sample, source).map(({ id }) => {
    const parts = predictionsOf(id, source).confidence[image];
    return (100 * needed(parts, `a prediction of test image ${image} by the run ${id}`)) / confidenceParts;
  });

const predictionsOf = (id: string, { predictions }: NumberSource): Predictions =>
  needed(predictions?.get(id), `the predictions of the run ${id}`);

const canonical = configure({ deterministic: true });

/** The families of all comparisons; there may be a thousand of them. */
const families = onceForSource(
  (_: undefined, { family = [], effects = [] }: NumberSource) =>
    new Map<string | undefined, Family>([
      ...effects.map((sample) => [canonical(sample), 'effects'] as const),
      ...family.map((sample) => [canonical(sample), 'family'] as const),
    ]),
);

/** The family that a comparison belongs to; none where it is no comparison of the report. */
const familyOf = (sample: Sample, source: NumberSource): Family | undefined =>
  families(undefined, source).get(canonical(sample));

const samplesOf = (family: Family | undefined, source: NumberSource): readonly ContrastSample[] =>
  (family && source[family]) ?? [];

/** How many comparisons the p-value of one is corrected for, itself among them. */
export const familySize = (sample: Sample, source: NumberSource): number =>
  samplesOf(familyOf(sample, source), source).length;

/** After Holm, what each p of a family's tests is. Equal p-values stay equal. */
const adjustedPs = onceForSource(
  ({ alpha, family }: { alpha: number; family: Family | undefined }, source: NumberSource) =>
    afterHolm(samplesOf(family, source), source, (values) => {
      const test = signFlipTest(values, alpha);
      // What cannot be tested yet will be, once its runs are there: it belongs to the family.
      return test.kind === 'refused' ? 1 : test.p;
    }),
);

const leastAdjustedPs = onceForSource((family: Family | undefined, source: NumberSource) =>
  afterHolm(samplesOf(family, source), source, ({ length }) => leastSignFlipP(length)),
);

function afterHolm(
  samples: readonly ContrastSample[],
  source: NumberSource,
  pOf: (values: readonly number[]) => number,
): ReadonlyMap<number, number> {
  const pValues = samples.map((sample) => pOf(valuesOf(sample, source)));
  const adjusted = holm(pValues);
  return new Map(pValues.map((p, index) => [p, adjusted[index]!]));
}

/** What a sample is of: ids of runs, or the name of a source. */
export function sampleInWords(sample: Sample): string {
  if ('published' in sample) return sample.published;
  if ('among' in sample) return sample.among.flat().join(', ');
  const terms = 'contrast' in sample ? sample.contrast : [sample];
  return terms.flatMap(({ runs }) => runs).join(', ');
}

const recordsOf = (sample: Sample, { records }: NumberSource): RunRecord[] =>
  ('runs' in sample ? sample.runs : []).map((id) => needed(records.get(id), `the run ${id}`));

function publishedOf(sample: Sample, { target }: NumberSource): PublishedResult {
  if (!('published' in sample)) return needed<PublishedResult>(undefined, 'a published sample');
  const { published, model, ...task } = sample;
  const found = target && publishedResult(target, published, model, task);
  return needed(found, `published numbers of ${placeInWords(sample)}`);
}

const placeInWords = ({ model, dataset, shots }: PublishedPlace): string =>
  `${model} on ${dataset} at ${shots} shots`;

/** The number at a path of a record; none where it was not recorded. */
function numberAt(record: RunRecord, path: string): number[] {
  const found = path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? new Map<string, unknown>(Object.entries(value)).get(key)
          : undefined,
      record,
    );
  return typeof found === 'number' ? [found] : [];
}

function needed<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new ExplainedError(
    `Expected ${what}, found none`,
    'The report was made from more than there is now.',
  );
}

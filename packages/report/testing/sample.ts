import { join } from 'node:path';
import {
  countsOf,
  drawSubset,
  publishedRecord,
  type DatasetBrief,
  type DatasetRecord,
  type DatasetRef,
} from '@bit-repro/data';
import { wholeIlsvrc } from '@bit-repro/data/testing';
import { confidenceParts, type Predictions } from '@bit-repro/metrics';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { z } from 'zod';
import {
  loadExperiment,
  loadTarget,
  resolveRuns,
  type LauncherSection,
  type PlannedRun,
} from '@bit-repro/experiment';
import type { LabelsOf } from '../src/checkRuns.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { type RunRecord, runId, runKey, specOf } from '@bit-repro/runs';
import type { RunExtras } from '../src/runExtras.ts';
import { workspaceRoot } from '@bit-repro/artifacts';

/** Made-up hits among 10,000 test images, one for each seed: no network ever scored these. */
export type MadeUpHits = (run: PlannedRun) => number | undefined;

/** What an experiment says to a launcher does not concern its report. */
const unread: LauncherSection = { key: 'slurm', schema: z.unknown() };

/** What a report of a shipped experiment is made of, with made-up records; runs without hits are missing. */
export async function madeUpInput(
  config: string,
  profile: string,
  hits: MadeUpHits,
  set: readonly string[] = [],
  datasets?: readonly DatasetRef[],
): Promise<ReportInput> {
  const file = join(workspaceRoot, 'configs', `${config}.yaml`);
  const loaded = await loadExperiment(file, { sections: [unread], set });
  const experiment = { ...loaded, ...(datasets && { datasets }) };
  const planned = resolveRuns(experiment, profile);
  const records = planned.flatMap((run) => {
    const count = hits(run);
    return count === undefined ? [] : [madeUpRecord(run, count)];
  });
  return {
    experiment,
    profile,
    planned,
    records,
    target: await loadTarget('figure6'),
    generatedAt: new Date('2030-01-02T03:04:05Z'),
  };
}

/** All of Figure 6 that can be run, on both its data sets or on one. */
export const madeUpFigure6 = (
  hits: MadeUpHits,
  datasets: readonly DatasetRef[] = ['cifar10', wholeIlsvrc],
): Promise<ReportInput> => madeUpInput('fig6-full', 'paper', hits, ['dataset=cifar10'], datasets);

/** Of a made-up training set, from which the subsets of the made-up runs are drawn. */
const madeUpLabels = madeUpLabelsFor(10);
const madeUpTestLabels = Uint16Array.from({ length: 10_000 }, (_, image) => image % 10);
export const madeUpLabelsOf: LabelsOf = () =>
  Promise.resolve({ train: madeUpLabels, test: madeUpTestLabels });

/** What a made-up run made of the made-up test images, in keeping with its hits. */
export function madeUpPredictions({ spec, result }: RunRecord): Predictions {
  const generator = xoroshiro128plus(spec.fineTune.seed);
  const draws = Array.from(madeUpTestLabels, () => uniformFloat64(generator));
  // Later classes are harder.
  const order = [...draws.keys()].sort(
    (one, other) => draws[one]! + madeUpTestLabels[one]! / 30 - draws[other]! - madeUpTestLabels[other]! / 30,
  );
  const predicted = Uint16Array.from(madeUpTestLabels);
  for (const image of order.slice(Math.round(result.final.top1 * draws.length)))
    predicted[image] = (predicted[image]! + 1 + Math.floor(3 * draws[image]!)) % 10;
  const confidence = Uint16Array.from(draws, (draw) => confidenceParts * (0.1 + 0.9 * draw));
  return { labels: madeUpTestLabels, predicted, confidence };
}

/** A row of twelve pictures of 4 x 4 pixels. */
export const madeUpMistakes = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAADAAAAAECAIAAABHiytrAAAAeUlEQVR4Xu3QoREEIAwEwCuCIigiRaDRaPRpdDQ6Gn0anSIo5r+Nn/kOdhZIIA1JpMpFuVYuy1UVqqyKVbIDO2aHdtQCLawFW2hsjG1jc2zRQTc66fIFX+aLvhRE0IIMShOapklN5UAOy8Eceh2v2+t8XV/NH/RbQx9mZALQBmP4qwAAAABJRU5ErkJggg==',
  'base64',
);

/** The records as those of runs that left their predictions, and these. */
export function withPredictions(input: ReportInput): ReportInput & { extras: Map<string, RunExtras> } {
  const records = input.records.map((record) => ({
    ...record,
    result: { ...record.result, predictionsSha256: '7'.repeat(64) },
  }));
  const extras = new Map<string, RunExtras>(
    records.map((record) => [
      record.id,
      { files: {}, losses: [], predictions: madeUpPredictions(record), mistakes: madeUpMistakes },
    ]),
  );
  return { ...input, records, extras };
}

/** A hundred images of each class, class by class in turn. */
function madeUpLabelsFor(classes: number): Uint16Array {
  return Uint16Array.from({ length: 100 * classes }, (_, index) => index % classes);
}

const madeUpDataset = (dataset: DatasetBrief): DatasetRecord =>
  typeof dataset === 'string'
    ? publishedRecord(dataset)
    : { ...dataset, manifest: 'd'.repeat(64), inBoth: 0 };

/** A finished run that never ran. */
export function madeUpRecord(run: PlannedRun, hits: number): RunRecord {
  const digest = (digit: string): string => digit.repeat(64);
  const spec = specOf(run, {
    dataset: madeUpDataset(run.dataset),
    engine: { flavour: 'cpu', tensorflow: '0.0.0', device: 'Made-up processor' },
    sources: digest('1'),
    ...(run.weights.kind === 'published' ? { weightsSha256: digest('2') } : {}),
  });
  const { shots, seed, classes, schedule } = run.fineTune;
  const { testImages: samples } = countsOf(run.dataset);
  const final = { step: schedule.at(-1)!, top1: hits / 10_000, top5: 0.9, loss: 1.25, samples };
  return {
    id: runId(spec),
    folder: '/made-up',
    spec,
    provenance: {
      git: { sha: 'abcdef0123456789abcdef0123456789abcdef01', branch: 'main', dirty: false, untracked: [] },
      versions: { harness: '0.1.0', node: '20.0.0' },
      host: {
        platform: 'linux-x64',
        cpu: 'Made-up processor',
        cores: 2,
        memoryBytes: 8 * 1024 ** 3,
        gpus: [],
      },
      engineSha256: { 'libtensorflow.so': digest('3') },
      configFile: `configs/${run.experiment}.yaml`,
      configSha256: digest('4'),
      profile: run.profile,
    },
    result: {
      key: runKey(spec),
      subset: drawSubset(madeUpLabelsFor(classes), { shots, classes }, xoroshiro128plus(seed)),
      final,
      evaluations: [final],
      lossesSha256: digest('5'),
      splits: [{ step: 0, batchSplit: 1 }],
    },
    timing: {
      startedAt: `2030-01-01T00:00:0${seed % 10}.000Z`,
      finishedAt: `2030-01-01T00:01:0${seed % 10}.000Z`,
      seconds: 60,
      evaluationSeconds: 20,
      peakRssBytes: 1024 ** 3,
      device: 'Made-up processor',
      resultSha256: digest('6'),
    },
    isSealed: true,
  };
}

/** Made-up hits of the paper's network, near what the paper has. */
export const likeThePaper: MadeUpHits = ({ shots, seed }) =>
  (shots === 1 ? [4820, 5133, 5407, 5512, 6150] : [8231, 8402, 8555, 8610, 8790])[seed];

/** Made-up hits of a network that has learnt next to nothing. */
export const nearChance: MadeUpHits = ({ shots, seed }) => 1000 + 40 * seed + 10 * Number(shots);

import { isDeepStrictEqual } from 'node:util';
import {
  countsOf,
  datasetNamed,
  drawFewShotSubset,
  testSample,
  type DatasetLabels,
  type Labels,
} from '@bit-repro/data';
import { confidenceParts, type Predictions } from '@bit-repro/metrics';
import { hasTop5, learningRate } from '@bit-repro/trainer';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { eventsIn } from './events.ts';
import type { RunEvent, RunRecord } from './records.ts';
import { runId } from './runKey.ts';

/** What a run is held against, beside its own records. */
export interface Witnesses {
  /** Content of its `events.jsonl`, which `readRecord` has compared with its result. */
  events?: Buffer | undefined;
  /** Labels of all images of its data set. From those for training its subset is drawn again. */
  labels?: DatasetLabels | undefined;
  /** What it made of each test image; absent in older runs. */
  predictions?: Predictions | undefined;
}

/**
 * The first thing that a finished run's files say and that its specification, its events or its data set contradict, in
 * words; undefined if there is none. A seal does not exclude this: whoever alters a run can seal it again.
 */
export function contradictionIn(
  record: RunRecord,
  { events, labels, predictions }: Witnesses,
): string | undefined {
  const { id, spec } = record;
  if (runId(spec) !== id) return `its specification is that of ${runId(spec)}`;
  return (
    inDataset(record) ??
    inEvaluations(record) ??
    inSubset(record, labels?.train) ??
    (predictions && inPredictions(record, predictions, labels?.test)) ??
    inSplits(record) ??
    (events && inEvents(record, events))
  );
}

function inDataset({ spec: { dataset } }: RunRecord): string | undefined {
  if (!('name' in dataset)) return undefined;
  const { sha1, title } = datasetNamed(dataset.name);
  // Where no sums are published, those of the specification are all there is.
  if (sha1 === undefined)
    return Object.keys(dataset.sha1).length > 0 ? undefined : `it has no sums of the files of ${title}`;
  if (isDeepStrictEqual(dataset.sha1, sha1)) return undefined;
  return `its data set is not ${title}, whose files have other SHA-1 sums than its specification`;
}

/** After so many steps a run of this specification is evaluated. */
function stepsOfEvaluations({ fineTune: { schedule, evaluateEvery: every } }: RunRecord['spec']): number[] {
  const last = schedule.at(-1)!;
  const between = every === 0 ? 0 : Math.ceil(last / every) - 1;
  return [...Array.from({ length: between }, (_, index) => (index + 1) * every), last];
}

function inEvaluations({ spec, result: { final, evaluations } }: RunRecord): string | undefined {
  if (!isDeepStrictEqual(evaluations.at(-1), final)) return 'its final scores are not its last evaluation';
  const expected = stepsOfEvaluations(spec).join(', ');
  const found = evaluations.map(({ step }) => step).join(', ');
  if (found !== expected) return `it was evaluated after step ${found}; its schedule asks for ${expected}`;
  const { testImages = countsOf(spec.dataset).testImages } = spec.fineTune;
  for (const { step, samples, top1, top5 } of evaluations) {
    const at = `its evaluation after step ${step}`;
    if (samples !== testImages) return `${at} is of ${samples} test images, not of ${testImages}`;
    if ((top5 === undefined) === hasTop5(spec.fineTune.classes))
      return `${at} ${top5 === undefined ? 'lacks' : 'has'} a top-5 score for ${spec.fineTune.classes} classes`;
    for (const score of top5 === undefined ? [top1] : [top1, top5]) {
      // The share of a whole number of images is the double next to it.
      if (Math.round(score * samples) / samples !== score)
        return `${at} has the score ${score}, which ${samples} images cannot give`;
    }
    if (top5 !== undefined && top5 < top1) return `${at} has a top-5 below its top-1`;
  }
  return undefined;
}

function inSubset(
  { spec: { fineTune, dataset }, result: { subset } }: RunRecord,
  all: Labels | undefined,
): string | undefined {
  const { classes, shots, seed } = fineTune;
  if (shots === 'all') {
    const { trainingImages } = countsOf(dataset);
    return isDeepStrictEqual(subset, { all: trainingImages })
      ? undefined
      : `its subset is not all ${trainingImages} training images`;
  }
  const expected = Array.from({ length: classes * shots }, (_, index) => Math.floor(index / shots));
  if (
    'all' in subset ||
    !isDeepStrictEqual(subset.labels, expected) ||
    new Set(subset.indices).size !== expected.length
  ) {
    return `its subset is not ${shots} different images of each of ${classes} classes`;
  }
  if (all === undefined) return undefined;
  const drawn = drawFewShotSubset(all, { classes, shots }, xoroshiro128plus(seed));
  return isDeepStrictEqual(drawn, subset)
    ? undefined
    : `its subset is not the one that seed ${seed} draws, which begins with image ${drawn.indices[0]}`;
}

function inPredictions(
  { spec: { fineTune }, result: { final } }: RunRecord,
  { labels, predicted, confidence }: Predictions,
  all: Labels | undefined,
): string | undefined {
  const { classes } = fineTune;
  if (labels.length !== final.samples)
    return `its predictions are of ${labels.length} of the ${final.samples} test images`;
  if (all !== undefined) {
    const images = testSample(all.length, labels.length);
    const odd = labels.findIndex((label, position) => label !== all[images[position]!]);
    if (odd !== -1)
      return `its predictions call test image ${images[odd]!} of class ${labels[odd]!}, which is of class ${all[images[odd]!]!}`;
  }
  const none = [...labels, ...predicted].find((label) => label >= classes);
  if (none !== undefined) return `its predictions are of a class ${none}, and there are ${classes}`;
  // The most likely of all classes is at least as likely as chance.
  const unsure = confidence.findIndex((parts) => parts < Math.floor(confidenceParts / classes));
  if (unsure !== -1) return `its prediction of test image ${unsure} is less likely than another class`;
  const hits = labels.filter((label, image) => predicted[image] === label).length;
  const expected = Math.round(final.top1 * final.samples);
  return hits === expected
    ? undefined
    : `its predictions are right ${hits} times, its top-1 score says ${expected}`;
}

function inSplits({ spec: { fineTune }, result: { splits } }: RunRecord): string | undefined {
  const [first] = splits;
  const isAsked = fineTune.batchSplit === 'auto' || first?.batchSplit === fineTune.batchSplit;
  return first?.step === 0 && isAsked ? undefined : 'its first batch split is not that of its specification';
}

type StepEvent = Extract<RunEvent, { kind: 'step' }>;

/** That its events have exactly the steps of its schedule, at the rates of its schedule, and its batch splits. */
function inEvents({ spec: { fineTune }, result }: RunRecord, content: Buffer): string | undefined {
  const { schedule, baseLr } = fineTune;
  const found = new Map<number, StepEvent>();
  const splits = new Set<string>();
  for (const { event } of eventsIn(content)) {
    // Steps that were done twice, after a crash, count once.
    if (event?.kind === 'step') found.set(event.step, event);
    if (event?.kind === 'split') splits.add(placeOf(event));
  }
  const steps = schedule.at(-1)!;
  for (let step = 1; step <= steps; step += 1) {
    const event = found.get(step);
    if (event === undefined) return `its events lack step ${step} of ${steps}`;
    if (event.steps !== steps) return `step ${step} of its events is one of ${event.steps}, not of ${steps}`;
    const rate = learningRate(step - 1, schedule, baseLr)!;
    if (Math.abs(event.learningRate - rate) > 1e-12 * rate)
      return `step ${step} of its events was taken at rate ${event.learningRate}, not at ${rate}`;
  }
  if (found.size > steps) return `its events have ${found.size} steps, its schedule ${steps}`;
  const missing = result.splits.slice(1).find((change) => !splits.has(placeOf(change)));
  return missing && `its events lack the split of batches after step ${missing.step}`;
}

const placeOf = ({ step, batchSplit }: { step: number; batchSplit: number }): string =>
  `${step}/${batchSplit}`;

import { drawFewShotSubset, publishedRecord } from '@bit-repro/data';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Predictions } from '@bit-repro/metrics';
import { describe, expect, it } from 'vitest';
import { contradictionIn } from '../../src/store/contradictionIn.ts';
import type { RunEvent, RunRecord, RunResult, RunSpec } from '../../src/store/records.ts';
import { runId } from '../../src/store/runKey.ts';
import { plannedRun, record, runSpec } from '../../testing/sampleRuns.ts';

/** Labels of a made-up training set of 10 classes with 20 images each. */
const labels = Uint8Array.from({ length: 200 }, (_, index) => index % 10);

/** Labels of the test images. */
const testLabels = Uint8Array.from({ length: 10_000 }, (_, index) => index % 10);

/** Of them 1,234 are right. */
const predictions = (): Predictions => ({
  labels: Uint16Array.from(testLabels),
  predicted: Uint16Array.from(testLabels, (label, index) => (index < 1234 ? label : (label + 1) % 10)),
  confidence: new Uint16Array(10_000).fill(6553),
});

/** What its seed draws of it. */
const subset = drawFewShotSubset(labels, { classes: 10, shots: 1 }, xoroshiro128plus(3));

interface Run {
  record: RunRecord;
  events: RunEvent[];
  predictions?: Predictions;
}

/** A run of four steps whose files agree with each other, evaluated after every second step. */
function genuine(): Run {
  const sample = runSpec();
  const spec: RunSpec = {
    ...sample,
    dataset: publishedRecord('cifar10'),
    fineTune: { ...sample.fineTune, seed: 3, baseLr: 0.5, schedule: [2, 3, 4], evaluateEvery: 2 },
  };
  const evaluations = [2, 4].map((step) => ({ step, top1: 0.1234, top5: 0.5, loss: 2, samples: 10_000 }));
  const result: RunResult = {
    ...record(plannedRun(), 50).result,
    subset,
    evaluations,
    final: evaluations[1]!,
    splits: [
      { step: 0, batchSplit: 1 },
      { step: 1, batchSplit: 2 },
      { step: 1, batchSplit: 4 },
    ],
  };
  const rates = [0, 0.25, 0.5, 0.5];
  const steps = rates.map((learningRate, index): RunEvent => ({
    kind: 'step',
    step: index + 1,
    steps: rates.length,
    loss: 2,
    learningRate,
  }));
  const splits = result.splits.slice(1).map((change): RunEvent => ({ kind: 'split', ...change }));
  return {
    record: { ...record(plannedRun(), 50), id: runId(spec), spec, result },
    events: [steps[0]!, ...splits, ...steps.slice(1)],
    predictions: predictions(),
  };
}

const inBytes = (events: readonly RunEvent[]): Buffer =>
  Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));

const found = ({ record, events, predictions }: Run): string | undefined =>
  contradictionIn(record, {
    events: inBytes(events),
    labels: { train: labels, test: testLabels },
    predictions,
  });

/** The run with predictions that were changed. */
const mispredicted = (run: Run, change: (predictions: Predictions) => Predictions): Run => ({
  ...run,
  predictions: change(predictions()),
});

/** The run with another specification, under the name that this gives. */
const respecified = ({ record, events }: Run, change: Partial<RunSpec['fineTune']>): Run => {
  const spec = { ...record.spec, fineTune: { ...record.spec.fineTune, ...change } };
  return { record: { ...record, spec, id: runId(spec) }, events };
};

const withResult = ({ record, events }: Run, change: Partial<RunResult>): Run => ({
  record: { ...record, result: { ...record.result, ...change } },
  events,
});

const rescored = (run: Run, change: Partial<RunResult['final']>): Run => {
  const { evaluations } = run.record.result;
  const final = { ...evaluations.at(-1)!, ...change };
  return withResult(run, { final, evaluations: [...evaluations.slice(0, -1), final] });
};

/** The run, asked for and scored on so many test images. */
function sampled(run: Run, count: number): Run {
  const all = run.predictions!;
  const every = all.labels.length / count;
  const part = (values: Uint16Array): Uint16Array => values.filter((_, image) => image % every === 0);
  const predictions = {
    labels: part(all.labels),
    predicted: part(all.predicted),
    confidence: part(all.confidence),
  };
  const hits = predictions.labels.filter((label, image) => label === predictions.predicted[image]).length;
  const scores = { top1: hits / count, samples: count };
  const evaluations = run.record.result.evaluations.map((evaluation) => ({ ...evaluation, ...scores }));
  const asked = respecified(run, { testImages: count });
  return { ...withResult(asked, { evaluations, final: evaluations.at(-1)! }), predictions };
}

describe('the files of a finished run', () => {
  it('do not contradict each other if the run is genuine', () => {
    expect(found(genuine())).toBeUndefined();
  });

  it('do not contradict each other if only a sample of the test images was to be scored', () => {
    expect(found(sampled(genuine(), 1000))).toBeUndefined();
  });

  it('contradict each other if the sample is of other images', () => {
    const run = sampled(genuine(), 1000);
    const labels = run.predictions!.labels.map((label, image) => (image === 3 ? (label + 1) % 10 : label));
    expect(found({ ...run, predictions: { ...run.predictions!, labels } })).toMatch(
      /predictions call test image 30 of class /,
    );
  });

  it('do not contradict each other if it has no predictions', () => {
    const { record, events } = genuine();
    expect(found({ record, events })).toBeUndefined();
  });

  it('do not contradict each other if a crash repeated steps and splits', () => {
    const { record, events } = genuine();
    const again: RunEvent[] = [
      { kind: 'resumed', step: 0 },
      { kind: 'split', step: 0, batchSplit: 2 },
    ];
    expect(found({ record, events: [...events.slice(0, 3), ...again, ...events] })).toBeUndefined();
  });

  it.each<[string, (run: Run) => Run, RegExp]>([
    [
      'it is under the name of another run',
      ({ record, events }) => ({ record: { ...record, id: 'mini-1shot-seed4-000000000000' }, events }),
      /specification is that of mini-1shot-seed3-/,
    ],
    [
      'it is of data whose sums it does not have',
      ({ record, events }) => {
        const spec = { ...record.spec, dataset: { name: 'cifar100' as const, sha1: {} } };
        return { record: { ...record, spec, id: runId(spec) }, events };
      },
      /it has no sums of the files of CIFAR-100/,
    ],
    [
      'it is of other data',
      ({ record, events }) => {
        const spec = { ...record.spec, dataset: { name: 'cifar10' as const, sha1: {} } };
        return { record: { ...record, spec, id: runId(spec) }, events };
      },
      /data set is not CIFAR-10/,
    ],
    [
      'its final scores are not its last evaluation',
      (run) => withResult(run, { final: { ...run.record.result.final, top1: 0.9 } }),
      /final scores are not its last evaluation/,
    ],
    [
      'an evaluation is missing',
      (run) => withResult(run, { evaluations: run.record.result.evaluations.slice(1) }),
      /evaluated after step 4; its schedule asks for 2, 4/,
    ],
    ['training ended early', (run) => rescored(run, { step: 3 }), /after step 2, 3; .* asks for 2, 4/],
    [
      'only some test images were scored',
      (run) => rescored(run, { samples: 100, top1: 0.9 }),
      /is of 100 test images, not of 10000/,
    ],
    [
      'a score is no share of the images',
      (run) => rescored(run, { top1: 0.70615 }),
      /score 0\.70615, which 10000 images cannot give/,
    ],
    [
      'it has no top-5',
      (run) => {
        const { top5: _, ...rest } = run.record.result.final;
        return withResult(run, { final: rest, evaluations: [run.record.result.evaluations[0]!, rest] });
      },
      /lacks a top-5 score for 10 classes/,
    ],
    ['its top-5 is below its top-1', (run) => rescored(run, { top1: 0.6 }), /top-5 below its top-1/],
    [
      'an image of its subset was exchanged',
      (run) => {
        const indices = [(subset.indices[0]! + 10) % 200, ...subset.indices.slice(1)];
        return withResult(run, { subset: { ...subset, indices } });
      },
      /subset is not the one that seed 3 draws, which begins with image \d+/,
    ],
    [
      'it is the result of another seed',
      (run) => respecified(run, { seed: 4 }),
      /not the one that seed 4 draws/,
    ],
    [
      'its subset has a class twice',
      (run) => {
        return withResult(run, { subset: { ...subset, labels: [1, ...subset.labels.slice(1)] } });
      },
      /not 1 different images of each of 10 classes/,
    ],
    [
      'it was to learn from all images, and learnt from a few',
      (run) => respecified(run, { shots: 'all' }),
      /its subset is not all 50000 training images/,
    ],
    [
      'it learnt from all images, and was to learn from a few',
      (run) => withResult(run, { subset: { all: 50_000 } }),
      /not 1 different images of each of 10 classes/,
    ],
    [
      'its batch was split otherwise',
      (run) => respecified(run, { batchSplit: 8 }),
      /first batch split is not that of its specification/,
    ],
    [
      'its events end early',
      ({ record, events }) => ({ record, events: events.slice(0, -1) }),
      /events lack step 4 of 4/,
    ],
    [
      'its events go on after the end of the schedule',
      ({ record, events }) => ({ record, events: [...events, { ...events.at(-1)!, step: 5 } as RunEvent] }),
      /events have 5 steps, its schedule 4/,
    ],
    [
      'its schedule is longer than its training',
      (run) => respecified(run, { schedule: [2, 3, 8], evaluateEvery: 4 }),
      /evaluated after step 2, 4; its schedule asks for 4, 8/,
    ],
    [
      'it was trained at another rate',
      (run) => respecified(run, { baseLr: 0.1 }),
      /step 2 of its events was taken at rate 0\.25, not at 0\.05/,
    ],
    [
      'a mistake was made right',
      (run) =>
        mispredicted(run, ({ predicted, ...rest }) => ({
          ...rest,
          predicted: predicted.map((other, image) => (image === 9999 ? testLabels[image]! : other)),
        })),
      /its predictions are right 1235 times, its top-1 score says 1234/,
    ],
    [
      'its predictions are of other labels',
      (run) =>
        mispredicted(run, ({ labels, ...rest }) => ({
          ...rest,
          labels: labels.map((label, image) => (image === 7 ? 3 : label)),
        })),
      /its predictions call test image 7 of class 3, which is of class 7/,
    ],
    [
      'its predictions are of some images only',
      (run) =>
        mispredicted(run, ({ labels, predicted, confidence }) => ({
          labels: labels.subarray(0, 9000),
          predicted: predicted.subarray(0, 9000),
          confidence: confidence.subarray(0, 9000),
        })),
      /its predictions are of 9000 of the 10000 test images/,
    ],
    [
      'it predicts a class that there is not',
      (run) => mispredicted(run, (all) => ({ ...all, predicted: all.predicted.map((other) => other + 1) })),
      /its predictions are of a class 10, and there are 10/,
    ],
    [
      'it is less sure of a class than guessing',
      (run) => mispredicted(run, (all) => ({ ...all, confidence: all.confidence.map(() => 6552) })),
      /its prediction of test image 0 is less likely than another class/,
    ],
    [
      'its events lack a split of its batch',
      ({ record, events }) => ({ record, events: events.filter(({ kind }) => kind !== 'split') }),
      /lack the split of batches after step 1/,
    ],
  ])('contradict each other if %s', (_, forge, message) => {
    expect(found(forge(genuine()))).toMatch(message);
  });

  it('are not held against labels that are not at hand', () => {
    const run = genuine();
    const forged = respecified(run, { seed: 4 });
    expect(contradictionIn(forged.record, { events: inBytes(forged.events) })).toBeUndefined();
  });
});

import { lossesDigest } from '@bit-repro/trainer';
import type { PlannedRun } from '@bit-repro/experiment';
import type { RunRecord, RunSpec } from '../src/store/records.ts';

const digest = (character: string): string => character.repeat(64);

/** A planned run with made-up settings. */
export function plannedRun(change: Partial<PlannedRun> = {}): PlannedRun {
  const { shots = 1, seed = 0 } = change;
  return {
    experiment: 'sample',
    profile: 'embedded',
    arm: { name: 'rule', title: 'BiT-HyperRule' },
    model: 'mini',
    weights: { kind: 'random', name: 'random weights (seed 0), not BiT-M', seed: 0 },
    dataset: 'cifar10',
    ...change,
    shots,
    seed,
    fineTune: {
      architecture: 'mini',
      classes: 10,
      shots,
      seed,
      baseLr: 0.003,
      momentum: 0.9,
      batch: 512,
      batchSplit: 1,
      precision: 'float32',
      schedule: [100, 200, 300, 400, 500],
      resize: 160,
      crop: 128,
      evaluateEvery: 0,
      evaluationBatch: 100,
      mixup: 0,
    },
  };
}

/** The specification of a run with a made-up environment. */
export function runSpec(change: Partial<RunSpec> = {}): RunSpec {
  const { fineTune, experiment, arm, model } = plannedRun();
  return {
    version: 1,
    experiment,
    arm: { ...arm },
    model,
    weights: { kind: 'random', title: 'random weights (seed 0), not BiT-M', seed: 0 },
    dataset: { name: 'cifar10', sha1: { 'test_batch.bin': 'a'.repeat(40) } },
    fineTune: { ...fineTune, schedule: [...fineTune.schedule] },
    engine: { flavour: 'cpu', tensorflow: '2.18.1', device: 'a processor' },
    sources: digest('1'),
    ...change,
  };
}

/** Losses of the steps of a finished run. */
export const sampleLosses = [2.5, 2.25, 2];

/** A finished run with this top-1 accuracy in percent. */
export function record(planned: PlannedRun, top1: number): RunRecord {
  const final = { step: 500, top1: top1 / 100, top5: 0.9, loss: 1.5, samples: 10_000 };
  return {
    id: `${planned.model}-${planned.arm.name}-${planned.shots}shot-seed${planned.seed}`,
    folder: '/nowhere',
    spec: runSpec({
      model: planned.model,
      arm: { ...planned.arm },
      fineTune: { ...runSpec().fineTune, shots: planned.shots, seed: planned.seed },
    }),
    provenance: {
      git: { sha: 'c'.repeat(40), branch: 'main', dirty: false, untracked: [] },
      versions: { node: '22.13.0' },
      host: { platform: 'linux-x64', cpu: 'a processor', cores: 2, memoryBytes: 8e9, gpus: [] },
      engineSha256: {},
      configFile: 'configs/sample.yaml',
      configSha256: digest('2'),
      profile: planned.profile,
    },
    result: {
      key: digest('3'),
      subset: { indices: [5, 6], labels: [0, 1] },
      final,
      evaluations: [final],
      lossesSha256: lossesDigest(Float64Array.from(sampleLosses)),
      splits: [{ step: 0, batchSplit: 1 }],
    },
    timing: {
      startedAt: '2026-01-01T00:00:00.000Z',
      finishedAt: '2026-01-01T00:00:10.000Z',
      seconds: 10,
      evaluationSeconds: 2,
      peakRssBytes: 1e9,
      device: 'a processor',
      resultSha256: digest('5'),
    },
    isSealed: true,
  };
}

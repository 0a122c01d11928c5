import { describe, expect, it } from 'vitest';
import { Forecaster, type FinishedRun, type Resources } from '../../src/forecast/forecast.ts';
import type { RunSpec } from '@bit-repro/runs';
import { plannedRun, record, runSpec } from '@bit-repro/runs/testing';

const { timing } = record(plannedRun(), 50);

/** The sample run (500 steps, evaluated once) with other settings. */
const spec = (fineTune: Partial<RunSpec['fineTune']> = {}, change: Partial<RunSpec> = {}): RunSpec =>
  runSpec({ ...change, fineTune: { ...runSpec().fineTune, ...fineTune } });

const finished = (
  seconds: number,
  evaluationSeconds: number,
  of = spec(),
  peakRssBytes = 1e9,
): FinishedRun => ({
  spec: of,
  timing: { ...timing, seconds, evaluationSeconds, peakRssBytes },
});

/** A folder of photographs. */
const stored: RunSpec['dataset'] = {
  folder: '/photos',
  title: 'photos',
  classCount: 10,
  trainingImages: 5000,
  smallestClass: 500,
  testImages: 1000,
  imageSize: { height: 375, width: 500 },
  manifest: '0'.repeat(64),
  inBoth: 0,
};

const forecaster = (runs: FinishedRun[], change: Partial<Resources> = {}): Forecaster =>
  new Forecaster(runs, { cores: 2, workers: 1, freeBytes: 8e9, ...change });

describe('a forecast', () => {
  it('uses the median time per step and per evaluation of runs with the same settings', () => {
    const runs = [
      finished(110, 10, spec({ seed: 1 })),
      finished(220, 20, spec({ seed: 2, baseLr: 0.1, shots: 5 })),
      finished(900, 30, spec({ seed: 3 })),
    ];
    const longer = spec({ seed: 9, schedule: [100, 1000], evaluateEvery: 300 });
    // 0.4 s for each of 1000 steps, 20 s for each of four evaluations.
    expect(forecaster(runs).forecast(longer)).toMatchObject({
      seconds: 480,
      basis: { kind: 'same', runs: 3 },
    });
  });

  it('prefers runs of the same source code, since earlier code may have been slower', () => {
    const before = spec({}, { sources: '0'.repeat(64) });
    const runs = [finished(1000, 0, before), finished(1000, 0, before), finished(100, 0)];
    expect(forecaster(runs).forecast(spec())).toMatchObject({ seconds: 100, basis: { runs: 1 } });
    expect(forecaster(runs.slice(0, 2)).forecast(spec())).toMatchObject({ seconds: 1000 });
  });

  it.each<[string, RunSpec]>([
    ['another data set', spec({}, { dataset: { name: 'cifar100', sha1: {} } })],
    ['MixUp', spec({ mixup: 0.1 })],
  ])('takes runs with %s for other ones', (_, other) => {
    const runs = [finished(100, 10, other, 3e9)];
    const forecast = forecaster(runs).forecast(spec());
    expect(forecast.basis).toEqual({ kind: 'scaled', runs: 1 });
    expect(forecast.memoryBytes).not.toBe(3e9);
  });

  it('scales other runs on the same device by their operations', () => {
    const small = spec({ batch: 128 });
    const { flops } = forecaster([]).forecast(small);
    const large = forecaster([finished(100, 0, small)]).forecast(spec({ batch: 512 }));
    expect(large.basis).toEqual({ kind: 'scaled', runs: 1 });
    expect(large.seconds).toBeCloseTo((100 * large.flops) / flops, 6);
    expect(large.flops / flops).toBeGreaterThan(3);
  });

  it.each<[string, Partial<RunSpec>]>([
    ['another device', { engine: { ...runSpec().engine, device: 'another processor' } }],
    ['another precision', { fineTune: { ...runSpec().fineTune, precision: 'bfloat16' } }],
    ['a GPU', { engine: { ...runSpec().engine, flavour: 'cuda' } }],
  ])('ignores runs on %s', (_what, change) => {
    const runs = [finished(100, 0, { ...spec(), ...change })];
    expect(forecaster(runs).forecast(spec())).toMatchObject({ basis: { kind: 'assumed' } });
  });

  it('assumes a rate per core on a processor if no run has finished', () => {
    const { flops, seconds, basis } = forecaster([], { cores: 4 }).forecast(spec());
    expect(basis).toEqual({ kind: 'assumed', gigaflops: 25, per: 'core' });
    expect(seconds).toBeCloseTo(flops / 1e11, 6);
  });

  it('assumes the rate of docs/cluster.md for a GPU on which no run has finished', () => {
    const onGpu = spec({}, { engine: { ...runSpec().engine, flavour: 'cuda' } });
    const { flops, seconds, basis } = forecaster([], { cores: 4 }).forecast(onGpu);
    expect(basis).toEqual({ kind: 'assumed', gigaflops: 5000, per: 'GPU' });
    expect(seconds).toBeCloseTo(flops / 5e12, 6);
  });

  it('uses the largest peak memory of runs with the same settings', () => {
    const runs = [finished(1, 0, spec(), 2e9), finished(1, 0, spec({ seed: 5 }), 3e9)];
    expect(forecaster(runs).forecast(spec({ seed: 6 })).memoryBytes).toBe(3e9);
  });

  it('has the images in its memory where that is of the process, not where it is of a GPU', () => {
    const memory = (flavour: 'cpu' | 'cuda', mixup: number): number =>
      forecaster([]).forecast(
        spec(
          { batch: 512, resize: 256, crop: 224, mixup },
          {
            dataset: stored,
            engine: { ...runSpec().engine, flavour },
          },
        ),
      ).memoryBytes;
    expect(memory('cpu', 0.1) - memory('cpu', 0)).toBe(3 * 512 * 256 * 256 * 3);
    expect(memory('cuda', 0.1)).toBe(memory('cuda', 0));
    expect(memory('cpu', 0) - memory('cuda', 0)).toBeGreaterThan(3 * 512 * 256 * 256 * 3);
  });

  it('is lower in memory for smaller micro-batches', () => {
    const memory = (batchSplit: number): number => forecaster([]).forecast(spec({ batchSplit })).memoryBytes;
    expect(memory(1) - memory(2)).toBeCloseTo(2 * (memory(2) - memory(4)), -3);
  });

  it('assumes micro-batches that fit beside the images if the batch split is automatic', () => {
    const run = spec(
      { architecture: 'R50x1', batchSplit: 'auto', batch: 512, resize: 512, crop: 480, mixup: 0.1 },
      { dataset: stored },
    );
    for (let freeBytes = 6e9; freeBytes < 64e9; freeBytes *= 1.1)
      expect(forecaster([], { freeBytes }).forecast(run).memoryBytes).toBeLessThan(freeBytes);
  });

  it('assumes micro-batches that fit if the batch split is automatic', () => {
    const memory = (freeBytes: number): number =>
      forecaster([], { freeBytes }).forecast(spec({ architecture: 'R50x1', batchSplit: 'auto' })).memoryBytes;
    expect(memory(3e9)).toBeLessThan(3e9);
    expect(memory(64e9)).toBeGreaterThan(10e9);
  });
});

import { describe, expect, it } from 'vitest';
import { Forecaster, type FinishedRun } from '../../src/forecast/forecast.ts';
import type { RunSpec } from '../../src/store/records.ts';
import { plannedRun, record, runSpec } from '../sampleRuns.ts';

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

describe('a forecast', () => {
  it('takes the median of the seconds per step and per evaluation of runs of the same settings', () => {
    const runs = [
      finished(110, 10, spec({ seed: 1 })),
      finished(220, 20, spec({ seed: 2, baseLr: 0.1, shots: 5 })),
      finished(900, 30, spec({ seed: 3 })),
    ];
    const longer = spec({ seed: 9, schedule: [100, 1000], evaluateEvery: 300 });
    // 0.4 s for each of 1000 steps, 20 s for each of four evaluations.
    expect(new Forecaster(runs).forecast(longer)).toMatchObject({
      seconds: 480,
      basis: { kind: 'same', runs: 3 },
    });
  });

  it('prefers runs of the same sources, which may be faster than those before', () => {
    const before = spec({}, { sources: '0'.repeat(64) });
    const runs = [finished(1000, 0, before), finished(1000, 0, before), finished(100, 0)];
    expect(new Forecaster(runs).forecast(spec())).toMatchObject({ seconds: 100, basis: { runs: 1 } });
    expect(new Forecaster(runs.slice(0, 2)).forecast(spec())).toMatchObject({ seconds: 1000 });
  });

  it('is scaled by operations from other runs on the device', () => {
    const small = spec({ batch: 128 });
    const { flops } = new Forecaster([]).forecast(small);
    const large = new Forecaster([finished(100, 0, small)]).forecast(spec({ batch: 512 }));
    expect(large.basis).toEqual({ kind: 'scaled', runs: 1 });
    expect(large.seconds).toBeCloseTo((100 * large.flops) / flops, 6);
    expect(large.flops / flops).toBeGreaterThan(3);
  });

  it.each<[string, Partial<RunSpec>]>([
    ['another device', { engine: { ...runSpec().engine, device: 'another processor' } }],
    ['a GPU', { engine: { ...runSpec().engine, flavour: 'cuda' } }],
  ])('learns nothing from %s', (_what, change) => {
    const runs = [finished(100, 0, spec({}, change))];
    expect(new Forecaster(runs, 2).forecast(spec())).toMatchObject({ basis: { kind: 'assumed' } });
  });

  it('says on a processor that a rate per core is assumed where nothing has run', () => {
    const { flops, seconds, basis } = new Forecaster([], 4).forecast(spec());
    expect(basis).toEqual({ kind: 'assumed', gigaflopsPerCore: 25 });
    expect(seconds).toBeCloseTo(flops / 1e11, 6);
  });

  it('claims no time for a GPU where nothing has run', () => {
    const onGpu = spec({}, { engine: { ...runSpec().engine, flavour: 'cuda' } });
    const forecast = new Forecaster([]).forecast(onGpu);
    expect(forecast).toMatchObject({ basis: { kind: 'none' } });
    expect(forecast).not.toHaveProperty('seconds');
  });

  it('takes the most memory that a run of the same settings took', () => {
    const runs = [finished(1, 0, spec(), 2e9), finished(1, 0, spec({ seed: 5 }), 3e9)];
    expect(new Forecaster(runs).forecast(spec({ seed: 6 })).memoryBytes).toBe(3e9);
  });

  it('needs less memory the smaller the micro-batches', () => {
    const memory = (batchSplit: number): number =>
      new Forecaster([]).forecast(spec({ batchSplit })).memoryBytes;
    expect(memory(1) - memory(2)).toBeCloseTo(2 * (memory(2) - memory(4)), -3);
  });

  it.each([
    ['R50x1', 128, 8, 1.81e9],
    ['R50x1', 128, 32, 2.3e9],
    ['mini', 32, 256, 0.93e9],
  ])('is near the memory that was measured: %s at %d px, %d images', (architecture, crop, batch, bytes) => {
    const { memoryBytes } = new Forecaster([]).forecast(spec({ architecture, crop, batch }));
    // The measurements are of the trainer's bench, which does not read CIFAR-10.
    expect((memoryBytes - 0.25e9) / bytes).toBeGreaterThan(0.75);
    expect((memoryBytes - 0.25e9) / bytes).toBeLessThan(1.33);
  });
});

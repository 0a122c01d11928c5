import { expect, it } from 'vitest';
import type { Result } from '../src/results.ts';
import { table } from '../src/table.ts';

const gib = 2 ** 30;
const found = (value: Result['value']): Result => ({
  ok: true,
  at: '2026-11-26T10:00:00Z',
  seconds: 12,
  value,
});
const failed = (problem: string): Result => ({ ok: false, at: '2026-11-26T10:00:00Z', seconds: 12, problem });

const run = {
  seconds: 30,
  evaluationSeconds: 10,
  peakRssBytes: 3 * gib,
  device: 'A card',
  final: { top1: 0.1, loss: 2.3 },
  splits: [
    { step: 0, batchSplit: 2 },
    { step: 3, batchSplit: 4 },
  ],
  telemetry: { gpu: { samples: 6, memoryBytes: { mean: 20 * gib, max: 30 * gib }, energyWattHours: 4 } },
};
const round = {
  peer: { train: 400, eval: 1000, memory: 20 * gib, productTflops: 50 },
  ours: { train: 500, eval: 1500, memory: 10 * gib, trainTflops: 20 },
};

it('tells card, driver and date', () => {
  const card = { name: 'A card', driver_version: '580.1', 'memory.total': '81559' };
  expect(table({ card: found(card) })).toContain('Measured on 2026-11-26 on one A card (driver 580.1)');
});

it.each([
  [
    'logits-R50x1',
    { logits: [[1]], differences: { PyTorch: 2e-6 } },
    '2.0e-6 relative difference from PyTorch',
  ],
  ['product', { float32: 51.23, tf32: 400 }, 'float32 51.2 TFLOP/s, tf32 400.0 TFLOP/s'],
  [
    'determinism',
    { costOfTraining: 0.1, costOfScoring: 0 },
    'TF_DETERMINISTIC_OPS=1 costs 10 % of training, 0 % of scoring',
  ],
  ['canary', 'bit-identical', 'bit-identical'],
  ['job', { runs: [run] }, '30.0 s, 10.0 s of them evaluation, in 2, then 4 parts, 30.0 GiB, 4.0 Wh'],
  [
    'held-8',
    { leftBytes: 8 * gib, run },
    'with 8.0 GiB left: 30.0 s, 10.0 s of them evaluation, in 2, then 4 parts, 30.0 GiB, 4.0 Wh',
  ],
  [
    'whole-run',
    { secondsPerStep: 1.2, evaluationSeconds: 6, seconds: 600 },
    '10.0 minutes for 500 steps, extrapolated: 1.200 s a step, 6.0 s an evaluation',
  ],
  ['doctor', 'All is well.', 'done in 12 s'],
])('%s has a row in words', (step, value, words) => {
  expect(table({ [step]: found(value) })).toContain(`| ${step} | ${words} |`);
});

it('a step that failed says so in its row', () => {
  expect(table({ losses: failed('differs from\nprocessor | by 1e-2') })).toContain(
    '| losses | **failed**: differs from processor \\| by 1e-2 |',
  );
});

it('a comparison of speed has ratios and what is achieved of the product', () => {
  const product = found({ float32: 40 });
  expect(table({ product, 'speed-R50x1-32-float32': found([round]) })).toContain(
    '| R50x1, 32 | float32 | 400 / 1000, 20.0 GiB | 500 / 1500, 10.0 GiB | **1.25 / 1.50** | 20.0 of 50.0 TFLOP/s, 40 % |',
  );
});

it('without PyTorch there is no ratio', () => {
  const alone = found([{ ours: { ...round.ours, memory: null } }]);
  expect(table({ 'speed-R50x3-128-bfloat16': alone })).toContain(
    '| R50x3, 128 | bfloat16 | none | 500 / 1500 |  |  |',
  );
});

it('a speed that the bench cannot measure says why', () => {
  expect(table({ 'speed-R50x1-32-tensorfloat32': failed('expected tensorfloat32') })).toContain(
    '| R50x1, 32 | tensorfloat32 | **failed**: expected tensorfloat32 |',
  );
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readExtras } from '../src/runExtras.ts';
import { runFiles } from '@bit-repro/runs';
import { plannedRun, record } from '@bit-repro/runs/testing';

const step = (number: number, loss: number): string =>
  JSON.stringify({ kind: 'step', step: number, steps: 9, loss, learningRate: 0.1 });

it('reads the losses of a run, whatever else stands in its events', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bit-repro-extras-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const padded = `${step(3, 9).slice(0, -1)}${' '.repeat(100_000)}}`;
  const lines = [step(1, 3), padded, '', 'no JSON', step(2, 5), step(2, 2), step(4, 1).slice(0, -3)];
  writeFileSync(join(folder, runFiles.events), lines.join('\n'));
  const run = { ...record(plannedRun(), 50), folder };
  expect((await readExtras([run])).get(run.id)?.losses).toEqual([
    { step: 1, loss: 3 },
    { step: 2, loss: 2 },
  ]);
});

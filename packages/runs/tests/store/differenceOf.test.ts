import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { differenceOf } from '../../src/store/differenceOf.ts';
import { runFiles } from '../../src/store/records.ts';

interface Made {
  losses: number[];
  result?: string;
  weights?: string;
}

/** Folders with the files of two finished runs that a comparison reads. */
function folders(...runs: [Made, Made]): [string, string] {
  const root = mkdtempSync(join(tmpdir(), 'canary-'));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  return runs.map(({ losses, result = 'a result', weights = 'weights' }, index) => {
    const folder = join(root, String(index));
    mkdirSync(folder);
    const events = losses.map((loss, step) => ({
      kind: 'step',
      step: step + 1,
      steps: losses.length,
      loss,
      learningRate: 0.1,
    }));
    writeFileSync(
      join(folder, runFiles.events),
      events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    );
    writeFileSync(join(folder, runFiles.result), result);
    writeFileSync(join(folder, runFiles.weights), weights);
    return folder;
  }) as [string, string];
}

const losses = [2.5, 2.25, 2];

it.each<[string, Made, string | undefined]>([
  ['no difference between identical runs', { losses }, undefined],
  ['the first step that differs', { losses: [2.5, 2.25 + 2 ** -50, 1] }, 'the losses differ from step 2 on'],
  ['a missing step', { losses: [2.5, 2.25] }, 'the losses differ from step 3 on: 2 and none'],
  ['an extra step', { losses: [...losses, 1] }, 'one has 3 steps, the other 4'],
  ['another result', { losses, result: 'b' }, 'the losses of all steps agree, but result.json differs'],
  ['other weights', { losses, weights: 'b' }, 'the losses of all steps agree, but weights.npz differs'],
])('differenceOf returns %s', async (_, second, difference) => {
  const found = await differenceOf(...folders({ losses }, second));
  if (difference === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(difference);
});

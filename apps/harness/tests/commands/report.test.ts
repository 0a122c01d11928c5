import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, workspaceRoot } from '@bit-repro/artifacts';
import { fromNetwork } from '@bit-repro/artifacts/testing';
import { fetchIngredients, specify } from '@bit-repro/launch';
import { RunStore } from '@bit-repro/runs';
import { finish } from '@bit-repro/runs/testing';
import { expect, it } from 'vitest';
import { planOf } from '../../src/commands/planOf.ts';
import { report } from '../../src/commands/report.ts';

const config = join(workspaceRoot, 'configs/smoke.yaml');
const options = { profile: 'embedded' };
const lines: string[] = [];
const context = { print: (line: string) => void lines.push(line), signal: new AbortController().signal };
const folder = mkdtempSync(join(tmpdir(), 'report-'));
const places = { runs: join(folder, 'runs'), reports: join(folder, 'reports') };

/** The specifications of the experiment's runs. */
const { specs } = await fromNetwork(
  'TensorFlow or CIFAR-10',
  async () => {
    const plan = await planOf(config, options);
    const { runs } = await specify(plan, await fetchIngredients(plan, context));
    return { specs: runs.map(({ spec }) => spec) };
  },
  (both) => both,
);

it('`report` asks for a run where none is finished, and writes nothing', async () => {
  const writing = report(config, { ...options, ...places }, context);
  await expect(writing).rejects.toThrow(InputError);
  await expect(writing).rejects.toThrow('None of the 2 runs of');
  expect([places.runs, places.reports].filter((path) => existsSync(path))).toEqual([]);
});

it('`report` is of the runs that are finished, and says how many are missing', async () => {
  await finish(new RunStore(places.runs), specs[0]!, 42);
  expect(await report(config, { ...options, ...places }, context)).toBe(0);
  expect(lines.join('\n')).toContain('runs    2, 1 done');
  const page = readFileSync(join(places.reports, 'smoke/report.md'), 'utf8');
  expect(page).toContain('1 of 2 runs are missing');
  expect(page).toContain('42.00, –');
});

import { readFileSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planCommand } from '../../src/commands/plan.ts';
import { plannedIds } from '../../src/commands/plannedIds.ts';
import { prepare } from '../../src/commands/prepare.ts';
import { planOf } from '../../src/commands/planOf.ts';
import { fetchIngredients, knownIngredients, specify } from '@bit-repro/launch';
import { runId, runKey } from '@bit-repro/runs';
import { workspaceRoot } from '@bit-repro/artifacts';
import { fromNetwork } from '@bit-repro/artifacts/testing';

const config = join(workspaceRoot, 'configs/smoke.yaml');
const options = { profile: 'embedded' };
const { signal } = new AbortController();
const lines: string[] = [];
const context = { print: (line: string) => void lines.push(line), signal };

/** A store, and the runs in it as made by `prepare`, and after it as `run` and `canary` make them. */
const prepared = await fromNetwork(
  'TensorFlow or CIFAR-10',
  async () => {
    const runs = await mkdtemp(join(tmpdir(), 'runs-'));
    await prepare(config, { ...options, runs }, context);
    const made = (await readdir(runs)).filter((name) => !name.startsWith('.')).sort();
    expect(made).toHaveLength(2);
    return { runs, made };
  },
  (both) => both,
);

describe('the runs of an experiment', () => {
  it('have the same IDs in `plan`, which fetches nothing', async () => {
    const { runs, made } = prepared;
    lines.length = 0;
    await planCommand(config, { ...options, runs, json: true }, context);
    const plan = JSON.parse(lines.join('\n')) as { runs: { id: string }[] };
    expect(plan.runs.map(({ id }) => id).sort()).toEqual(made);
  });

  it('have the same IDs in `status`, `cancel` and `export`', async () => {
    const { made } = prepared;
    expect([...(await plannedIds(config, options))].sort()).toEqual(made);
  });

  it('have the same specifications from fetched and from known ingredients', async () => {
    const { made } = prepared;
    const plan = await planOf(config, options);
    const fetched = await specify(plan, await fetchIngredients(plan, context));
    const known = await specify(plan, await knownIngredients(plan));
    expect(known.runs.map(({ spec }) => runKey(spec))).toEqual(fetched.runs.map(({ spec }) => runKey(spec)));
    expect(fetched.runs.map(({ spec }) => runId(spec)).sort()).toEqual(made);
  });

  it('are recorded with their keys in the stored plan', async () => {
    const { runs, made } = prepared;
    const [file] = await readdir(join(runs, '.plans'));
    const stored = JSON.parse(readFileSync(join(runs, '.plans', file!), 'utf8')) as {
      runs: { id: string }[];
    };
    expect(stored.runs.map(({ id }) => id).sort()).toEqual(made);
  });
});

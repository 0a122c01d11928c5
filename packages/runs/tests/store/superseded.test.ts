import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';
import { loadExperiment } from '@bit-repro/experiment';
import {
  plannedLately,
  runId,
  supersededIn,
  writePlan,
  type RunStore,
  type RunSpec,
} from '../../src/index.ts';
import { begin, finish, runSpec, seeded, temporaryStore } from '../../testing/index.ts';

let store: RunStore;
beforeEach(() => {
  store = temporaryStore();
});

/** The run of a seed by code of which this is the digest’s digit. */
const by = (code: string, seed = 1, change: Partial<RunSpec> = {}): RunSpec =>
  seeded(seed, { sources: code.repeat(64), ...change });

/** Which runs are superseded, by the digit of their code, if these finished a second after one another. */
async function superseded(
  specs: readonly RunSpec[],
  referred: readonly RunSpec[] = [],
): Promise<Record<string, string>> {
  for (const [second, spec] of specs.entries())
    await finish(store, spec, 50, {}, { finishedAt: `2026-01-01T00:00:0${second}.000Z` });
  const found = supersededIn(await store.list(), new Set(referred.map(runId)));
  const codeOf = (id: string): string => specs.find((spec) => runId(spec) === id)!.sources[0]!;
  return Object.fromEntries([...found].map(([id, run]) => [codeOf(id), codeOf(run.id)]));
}

describe('a finished run is superseded', () => {
  it('by the latest one of its experiment, arm, task and seed', async () => {
    expect(await superseded([by('1'), by('2'), by('3')])).toEqual({ 1: '3', 2: '3' });
  });

  it.each<[string, RunSpec]>([
    ['another seed', by('2', 2)],
    ['another network', by('2', 1, { model: 'other' })],
    ['other weights', by('2', 1, { weights: { ...runSpec().weights, kind: 'embedded' } })],
    ['another arm', by('2', 1, { arm: { name: 'other', title: '' } })],
    ['another experiment', by('2', 1, { experiment: 'other' })],
    ['another number of shots', by('2', 1, { fineTune: { ...runSpec().fineTune, shots: 5 } })],
  ])('by none of %s', async (_what, later) => {
    expect(await superseded([by('1'), later])).toEqual({});
  });

  it('unless it is referred to', async () => {
    expect(await superseded([by('1'), by('2'), by('3')], [by('1')])).toEqual({ 2: '3' });
  });

  it('by none that is not finished', async () => {
    await begin(store, by('2'));
    expect(await superseded([by('1')])).toEqual({});
  });
});

describe('the newest plans', () => {
  const write = async (experiment: string, spec: RunSpec, startedAt: number): Promise<void> => {
    const { origin } = await loadExperiment(join(workspaceRoot, 'configs/smoke.yaml'));
    const plan = { experiment, profile: 'embedded', config: origin };
    const sha256 = await writePlan(store.folder, plan, [spec]);
    const file = join(store.folder, '.plans', `${experiment}-${sha256.slice(0, 12)}.json`);
    utimesSync(file, startedAt, startedAt);
  };

  it('refer to the runs of each experiment', async () => {
    await write('one', by('1'), 10);
    await write('one', by('2'), 20);
    await write('other', by('3'), 5);
    expect([...(await plannedLately(store.folder))].sort()).toEqual([by('2'), by('3')].map(runId).sort());
  });

  it('refer to nothing in a store without plans', async () => {
    expect(await plannedLately(store.folder)).toEqual(new Set());
  });

  it('are an error where one cannot be read', async () => {
    await write('one', by('1'), 10);
    writeFileSync(join(store.folder, '.plans', 'two-000000000000.json'), '{');
    await expect(plannedLately(store.folder)).rejects.toThrow(/two-000000000000\.json is not JSON/);
  });
});

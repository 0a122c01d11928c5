import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';
import type { RunSpec, RunStore } from '@bit-repro/runs';
import { finish, temporaryStore } from '@bit-repro/runs/testing';
import { specsOf } from '../../src/commands/namedRuns.ts';
import { planCommand } from '../../src/commands/plan.ts';

const config = join(workspaceRoot, 'configs/smoke.yaml');
const experiment = { profile: 'auto', set: ['seeds=[0]'] };

let planned: RunSpec;
beforeAll(async () => {
  [planned] = (await specsOf(config, experiment)) as [RunSpec];
});

let store: RunStore;
let printed: string[];
beforeEach(() => {
  store = temporaryStore();
  printed = [];
});
const context = {
  print: (line: string): void => void printed.push(...line.split('\n')),
  signal: new AbortController().signal,
};

/** What the plan says of its run at the end. */
async function why(): Promise<string[]> {
  await planCommand(config, { ...experiment, runs: store.folder, json: false, why: true }, context);
  return printed.slice(printed.findLastIndex((line) => line === '') + 1);
}

const withRate = (baseLr: number, change: Partial<RunSpec> = {}): RunSpec => ({
  ...planned,
  ...change,
  fineTune: { ...planned.fineTune, baseLr },
});

describe('plan --why', () => {
  it('tells the settings that changed since the nearest finished run', async () => {
    await finish(store, withRate(0.5));
    await finish(store, withRate(0.25, { model: 'other' }));
    expect(await why()).toEqual([
      expect.stringMatching(
        /^1 run of bit-hyperrule, mini-1shot-seed0-\w+: compared with the nearest finished run$/,
      ),
      expect.stringMatching(/^ {2}settings\.baseLr +0\.5 -> 0\.003$/),
    ]);
  });

  it('calls another seed just that', async () => {
    await finish(store, { ...planned, fineTune: { ...planned.fineTune, seed: 7 } });
    expect((await why()).slice(1)).toEqual(['  settings.seed  another']);
  });

  it('tells why a run trains anew that is only scored at other steps', async () => {
    await finish(store, { ...planned, fineTune: { ...planned.fineTune, evaluateEvery: 1 } });
    expect((await why()).slice(1)).toEqual([
      '  settings.evaluateEvery  1 -> 2',
      '  it trains anew, because the weights of the steps between are not kept; losses and final scores stay the same',
    ]);
  });

  it('tells that the code changed, and why it is unknown which files', async () => {
    await finish(store, { ...planned, sources: '1'.repeat(64) });
    const [, code, files] = await why();
    expect(code).toBe('  code  changed since commit ccccccc');
    expect(files).toMatch(/^code that results depend on, .* commit ccccccc: unknown, because git /);
  });

  it('says nothing of runs that are done', async () => {
    await finish(store, planned);
    await planCommand(config, { ...experiment, runs: store.folder, json: true, why: true }, context);
    const { runs } = JSON.parse(printed.join('\n')) as { runs: object[] };
    expect(runs).toHaveLength(1);
    expect(runs[0]).not.toHaveProperty('why');
  });

  it('has the nearest run and both values in JSON', async () => {
    await finish(store, withRate(0.5));
    await planCommand(config, { ...experiment, runs: store.folder, json: true, why: true }, context);
    expect(JSON.parse(printed.join('\n'))).toMatchObject({
      runs: [
        {
          why: {
            nearest: expect.stringMatching(/^mini-1shot-seed0-/) as string,
            differences: [{ aspect: 'settings', key: 'settings.baseLr', values: [0.5, 0.003] }],
          },
        },
      ],
    });
  });

  it('says if no run is finished', async () => {
    expect(await why()).toEqual([expect.stringMatching(/: no run is finished in the store$/)]);
  });
});

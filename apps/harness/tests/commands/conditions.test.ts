import { beforeEach, describe, expect, it } from 'vitest';
import type { RunStore } from '@bit-repro/runs';
import { begin, finish, runSpec, seeded, temporaryStore } from '@bit-repro/runs/testing';
import { fulfilling, parseCondition } from '../../src/commands/conditions.ts';

let store: RunStore;
/** Seed 1 scores 40 % at a rate of 0.003, seed 2 60 % at 0.001, and seed 3 is not finished. */
beforeEach(async () => {
  store = temporaryStore();
  await finish(store, seeded(1), 40);
  const slow = { ...runSpec().fineTune, baseLr: 0.001 };
  await finish(store, seeded(2, { fineTune: slow, arm: { name: 'slow = 1', title: '' } }), 60);
  await begin(store, seeded(3));
});

const seedsWhere = async (...written: string[]): Promise<unknown[]> =>
  fulfilling(await store.list(), written.map(parseCondition))
    .map(({ spec }) => spec?.fineTune.seed)
    .sort();

describe('runs are listed', () => {
  it.each<[string[], number[]]>([
    [['settings.baseLr=0.003'], [1, 3]],
    [['settings.baseLr=3e-3'], [1, 3]],
    [['settings.baseLr != 0.003'], [2]],
    [['settings.baseLr<0.002'], [2]],
    [['seed > 1'], [2, 3]],
    [['seed>1', 'state=done'], [2]],
    [['state!=done'], [3]],
    [['arm=slow = 1'], [2]],
    [['dataset=cifar10'], [1, 2, 3]],
    [
      ['dataset.name=cifar10', 'shots=1', 'experiment=sample'],
      [1, 2, 3],
    ],
    [['settings.schedule=[100,200,300,400,500]'], [1, 2, 3]],
    [['top1>0.5'], [2]],
    [['weights.seed='], []],
  ])('where %j', async (written, seeds) => {
    expect(await seedsWhere(...written)).toEqual(seeds);
  });

  it('that lack a field where it is not equal, and not where it is less', async () => {
    expect(await seedsWhere('top1!=0.4')).toEqual([2, 3]);
    expect(await seedsWhere('top1<1')).toEqual([1, 2]);
  });

  it('by no field that none has', async () => {
    await expect(seedsWhere('settings.baselr=1')).rejects.toMatchObject({
      message: 'No run has a field settings.baselr',
      remedy: expect.stringContaining('settings.baseLr') as string,
    });
  });
});

it.each(['baseLr', '=1', 'seed<', 'seed>many', ''])('%j is no condition', (written) => {
  expect(() => parseCondition(written)).toThrow(/--where must be FIELD=VALUE/);
});

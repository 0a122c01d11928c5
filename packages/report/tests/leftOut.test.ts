import { rename } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readRecord, type RunRecord, type RunSpec, type RunStore } from '@bit-repro/runs';
import { begin, finish, plannedRun, runSpec, seeded, temporaryStore } from '@bit-repro/runs/testing';
import { findLeftOut, type LeftOutRun } from '../src/leftOut.ts';
import { renderReport } from '../src/renderReport.ts';
import { likeThePaper, madeUpInput } from '../testing/sample.ts';

const planned = [0, 1].map((seed) => plannedRun({ seed }));

/** A store with the two planned runs, and what is left out beside them. */
async function leftOutOf(addTo: (store: RunStore) => Promise<unknown>): Promise<LeftOutRun[]> {
  const store = temporaryStore();
  await addTo(store);
  const records: RunRecord[] = [];
  for (const { seed } of planned) records.push(await readRecord(await finish(store, seeded(seed))));
  return findLeftOut(store, planned, records);
}

const withRecipe = (change: Partial<RunSpec['fineTune']>, seed = 0): RunSpec =>
  runSpec({ fineTune: { ...runSpec().fineTune, seed, ...change } });

describe('runs that a report leaves out', () => {
  it('are none where the store has only those of the plan', async () => {
    expect(await leftOutOf(() => Promise.resolve())).toEqual([]);
  });

  it('are those of a recipe of the plan with another seed', async () => {
    expect(await leftOutOf((store) => finish(store, seeded(7), 12.5))).toMatchObject([
      { seed: 7, shots: 1, state: 'done', top1: 12.5, why: 'other seed' },
    ]);
  });

  it('are also those with another seed that are not finished', async () => {
    const [run] = await leftOutOf((store) => begin(store, seeded(7)));
    expect(run).toMatchObject({ seed: 7, why: 'other seed' });
    expect(run).not.toHaveProperty('top1');
  });

  it('are those that were run again', async () => {
    const [run] = await leftOutOf(async (store) => {
      const folder = await finish(store, seeded(0), 99);
      await rename(folder, `${folder}.old-1`);
    });
    expect(run).toMatchObject({ seed: 0, why: 'run again' });
  });

  it.each([
    ['the accuracy that is counted', 50, true],
    ['another accuracy', 40, false],
  ])('are those of a planned seed by other code, here with %s', async (_, top1, isSame) => {
    const other = seeded(0, { sources: '2'.repeat(64) });
    expect(await leftOutOf((store) => finish(store, other, top1))).toMatchObject([
      { seed: 0, why: 'made otherwise', isSame },
    ]);
  });

  it.each<[string, RunSpec]>([
    ['another number of images at a time', withRecipe({ evaluationBatch: 50 }, 7)],
    ['another split of the batch', withRecipe({ batchSplit: 2 }, 7)],
  ])('are those that hide behind %s', async (_, spec) => {
    expect(await leftOutOf((store) => finish(store, spec))).toMatchObject([{ seed: 7, why: 'other seed' }]);
  });

  it('are not those of another recipe', async () => {
    const other = withRecipe({ baseLr: 0.001 }, 7);
    expect(await leftOutOf((store) => finish(store, other))).toEqual([]);
  });
});

describe('a report', () => {
  const left = { arm: 'BiT-HyperRule', dataset: 'cifar10', shots: 1, seed: 7, state: 'done', top1: 12.34 };
  const page = async (leftOut: LeftOutRun[]): Promise<string> => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    return String((await renderReport({ ...input, leftOut })).files.get('report.md'));
  };

  it('names runs that it leaves out at its top, and lists them', async () => {
    const text = await page([{ ...left, id: 'a-run-0123456789ab', why: 'other seed', isSame: false }]);
    expect(text).toContain('The store has 1 more run of these recipes that the report does not count.');
    expect(text).toMatch(/a-run-0123456789ab.*\| 12\.34 \| its seed is not in the plan/);
  });

  it('counts those by other code, and says how many gave the same', async () => {
    const others = [true, false].map((isSame, index): LeftOutRun => ({
      ...left,
      id: `run-${index}`,
      why: 'made otherwise',
      isSame,
    }));
    const text = await page(others);
    expect(text).toContain('2 runs of planned seeds were made by other code');
    expect(text).toContain('1 of them has the accuracy of the run that is counted');
    expect(text).not.toContain('The store has');
  });

  it('says nothing of runs left out where there are none', async () => {
    expect(await page([])).not.toContain('Left out');
  });
});

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SpecifiedRun } from '../../src/specification/specify.ts';
import { planRows, planTotals, type PlanRow } from '../../src/specification/planRows.ts';
import { runFiles, type RunSpec, runId, type RunStore } from '@bit-repro/runs';
import { plannedRun, runSpec, finish, seeded, temporaryStore } from '@bit-repro/runs/testing';

const resources = { cores: 2, workers: 1, freeBytes: 8e9 };
const expected = (spec: RunSpec, isOpenKey = false): SpecifiedRun => ({
  run: plannedRun({ seed: spec.fineTune.seed }),
  spec,
  isOpenKey,
});
const rows = (store: RunStore, ...runs: SpecifiedRun[]): Promise<PlanRow[]> =>
  planRows({ resources, runs }, store);

describe('the rows of a plan', () => {
  it('show finished runs as measured, and damaged and absent ones as forecast', async () => {
    const store = temporaryStore();
    await finish(store, seeded(0));
    appendFileSync(join(await finish(store, seeded(1)), runFiles.result), ' ');
    const table = await rows(store, ...[0, 1, 2].map((seed) => expected(seeded(seed))));
    expect(table).toMatchObject([
      { id: runId(seeded(0)), state: 'done', seconds: 10, memoryBytes: 1e9, basis: { kind: 'measured' } },
      {
        state: 'damaged',
        reason: expect.stringMatching(/altered/) as string,
        basis: { kind: 'same', runs: 1 },
      },
      { seed: 2, steps: 500, state: 'absent', seconds: 10, basis: { kind: 'same', runs: 1 } },
    ]);
    expect(planTotals(table, { resources })).toMatchObject({
      runs: 3,
      done: 1,
      damaged: 1,
      unreadable: 0,
      absent: 1,
      secondsLeft: 20,
      memoryBytes: 1e9,
    });
  });

  it('leave the end of an ID open if the weights’ checksum is unknown', async () => {
    const [row] = await rows(temporaryStore(), expected(runSpec(), true));
    expect(row!.id).toBe('mini-1shot-seed0-?');
  });

  it('are summed up, however many', async () => {
    const [row] = await rows(temporaryStore(), expected(seeded(0)));
    const many = new Array<PlanRow>(200_000).fill({ ...row!, seconds: 1 });
    expect(planTotals(many, { resources }).secondsLeft).toBe(200_000);
  });

  it('count several workers as running side by side', async () => {
    const store = temporaryStore();
    await finish(store, seeded(0));
    const table = await rows(store, ...[1, 2, 3, 4].map((seed) => expected(seeded(seed))));
    const atOnce = planTotals(table, { resources: { ...resources, workers: 2 } });
    expect(atOnce.secondsLeft).toBe(20);
  });
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { importArchive } from '../../src/archive/importArchive.ts';
import { writeArchive } from '../../src/archive/writeArchive.ts';
import { inspect } from '../../src/store/inspect.ts';
import { markerName, requireStore } from '../../src/store/ownership.ts';
import type { RunStore } from '../../src/store/runStore.ts';
import { temporaryStore } from './storedRuns.ts';

/** Two runs of configs/smoke.yaml, exported by the version before runs had a seal and stores a marker. */
const archive = join(import.meta.dirname, '../fixtures/runs-before-seals.zip');
const ids = ['mini-1shot-seed0-e0b7d7e0cc35', 'mini-1shot-seed1-360a2f9e2522'];

let store: RunStore;
beforeEach(async () => {
  store = temporaryStore();
  await importArchive(archive, store, join(store.folder, '../reports'));
  rmSync(join(store.folder, markerName));
});

describe('a store of the version before there were seals', () => {
  it('is a store', async () => {
    await expect(requireStore(store.folder)).resolves.toBeUndefined();
  });

  it('lists its runs as done and unsealed', async () => {
    expect(await store.list()).toMatchObject(ids.map((id) => ({ id, state: 'done', isSealed: false })));
  });

  it('shows a run', async () => {
    expect(await inspect(join(store.folder, ids[0]!))).toMatchObject({
      state: 'done',
      final: { step: 4, top1: 0.1009 },
      isSealed: false,
    });
  });

  it('exports its runs, which another store imports', async () => {
    const file = join(store.folder, '../again.zip');
    await writeArchive(file, { runs: ids.map((id) => join(store.folder, id)), reports: [] });
    const other = temporaryStore();
    const { runs } = await importArchive(file, other, join(other.folder, '../reports'));
    expect(runs).toEqual(ids.map((name) => ({ name, outcome: 'imported' })));
  });
});

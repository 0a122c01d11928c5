import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '@bit-repro/artifacts';
import { importArchive } from '../src/importArchive.ts';
import { readArchive } from '../src/readArchive.ts';
import { writeArchive } from '../src/writeArchive.ts';
import { verifyReport } from '@bit-repro/report';
import { inspect, markerName, requireStore, type RunStore } from '@bit-repro/runs';
import { temporaryStore } from '@bit-repro/runs/testing';

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);
let store: RunStore;

describe('a store from before seals existed', () => {
  /** Two runs of configs/smoke.yaml, exported by the version before seals and store markers existed. */
  const archive = fixture('runs-before-seals.zip');
  const ids = ['mini-1shot-seed0-e0b7d7e0cc35', 'mini-1shot-seed1-360a2f9e2522'];

  beforeEach(async () => {
    store = temporaryStore();
    await importArchive(archive, store, join(store.folder, '../reports'));
    rmSync(join(store.folder, markerName));
  });

  it('is accepted as a store', async () => {
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

describe('an archive from before the code was divided into packages', () => {
  /** Two runs of configs/smoke.yaml and their report. */
  const archive = fixture('runs-and-report-of-one-app.zip');
  const ids = ['mini-1shot-seed0-5c71d8bbbc7f', 'mini-1shot-seed1-d4454b634fb1'];

  beforeEach(async () => {
    store = temporaryStore();
    const { runs } = await importArchive(archive, store, join(store.folder, '../reports'));
    expect(runs).toEqual(ids.map((name) => ({ name, outcome: 'imported' })));
  });

  it('has runs that are done and sealed', async () => {
    expect(await store.list()).toMatchObject(ids.map((id) => ({ id, state: 'done', isSealed: true })));
  });

  it('has runs that can be shown and exported again', async () => {
    expect(await inspect(join(store.folder, ids[1]!))).toMatchObject({ final: { step: 4, top1: 0.1026 } });
    const file = join(store.folder, '../again.zip');
    await writeArchive(file, { runs: ids.map((id) => join(store.folder, id)), reports: [] });
    const other = temporaryStore();
    const { runs } = await importArchive(file, other, join(other.folder, '../reports'));
    expect(runs).toEqual(ids.map((name) => ({ name, outcome: 'imported' })));
  });

  it('has a report whose numbers follow from its runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archive-'));
    await readArchive(archive, folder);
    const page = join(folder, 'reports/smoke/report.html');
    const absent = (): Promise<never> => Promise.reject(new InputError('no data', 'Fetch it.'));
    const surroundings = { labelsOf: absent, commit: () => Promise.resolve(undefined) };
    const found = await verifyReport(page, store.folder, surroundings);
    expect(found).toMatchObject({ records: ids.map((id) => ({ id })), numbers: 57 });
    expect(found.notCompared.map(({ what }) => what)).toEqual([
      'the training images and the classes of the test images with those of the data set (CIFAR-10 is not on this machine)',
      'the words, the figures and the other files (other code than this made the report)',
    ]);
  });
});

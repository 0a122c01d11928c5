import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadExperiment } from '@bit-repro/experiment';
import { isOwnRun, makeStore, markerName, requireStore } from '../../src/store/ownership.ts';
import { writePlan } from '../../src/store/plans.ts';
import { runFiles } from '../../src/store/records.ts';
import { runId } from '../../src/store/runKey.ts';
import type { RunStore } from '../../src/store/runStore.ts';
import { workspaceRoot } from '@bit-repro/artifacts';
import { plannedRun, record } from '../../testing/sampleRuns.ts';
import { begin, finish, seeded, temporaryStore } from '../../testing/storedRuns.ts';

let store: RunStore;
beforeEach(() => {
  store = temporaryStore();
});

/** Puts files that are not ours into the store’s folder. */
function belongings(): string[] {
  for (const name of ['photos', 'thesis']) {
    mkdirSync(join(store.folder, name), { recursive: true });
    writeFileSync(join(store.folder, name, 'only-copy.txt'), 'mine');
  }
  return readdirSync(store.folder, { recursive: true }) as string[];
}

describe('a folder becomes a store', () => {
  it.each<[string, () => void]>([
    ['is missing', () => undefined],
    [
      'is empty',
      (): void => {
        mkdirSync(store.folder);
      },
    ],
    [
      'contains only the lock of a run, which is made before the store',
      (): void => {
        mkdirSync(store.folder);
        writeFileSync(join(store.folder, `${runId(seeded(1))}.lock`), '');
      },
    ],
    [
      'contains what a killed process left of the marker',
      (): void => {
        mkdirSync(store.folder);
        writeFileSync(join(store.folder, `.${markerName}.00000000-0000-0000-0000-000000000000`), '');
      },
    ],
  ])('that %s', async (_, arrange) => {
    arrange();
    await makeStore(store.folder);
    expect(existsSync(join(store.folder, markerName))).toBe(true);
  });

  it('that contains runs from before markers existed', async () => {
    await finish(store, seeded(1));
    rmSync(join(store.folder, markerName));
    await makeStore(store.folder);
    expect(existsSync(join(store.folder, markerName))).toBe(true);
  });

  it('that contains plans from before markers existed', async () => {
    const { origin: config, name } = await loadExperiment(join(workspaceRoot, 'configs/smoke.yaml'));
    await writePlan(store.folder, { experiment: name, profile: 'embedded', config }, [seeded(1)]);
    rmSync(join(store.folder, markerName));
    await makeStore(store.folder);
    expect(existsSync(join(store.folder, markerName))).toBe(true);
  });
});

describe('a folder that is not a store', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['is not made one', () => makeStore(store.folder)],
    ['is refused for deletions', () => requireStore(store.folder)],
    ['gets no runs', () => store.open(seeded(1), record(plannedRun(), 50).provenance, undefined)],
    ['gets no locks', () => store.whileLocked(seeded(1), () => Promise.resolve())],
  ])('%s, and nothing in it changes', async (_, write) => {
    const before = belongings();
    await expect(write()).rejects.toMatchObject({
      name: 'InputError',
      remedy: expect.stringContaining('--runs') as string,
    });
    expect(readdirSync(store.folder, { recursive: true })).toEqual(before);
  });
});

describe('a folder of a store counts as a run', () => {
  it('if its specification hashes to its name', async () => {
    expect(await isOwnRun(await begin(store, seeded(1)))).toBe(true);
  });

  it('of another version, too', async () => {
    const spec = { ...seeded(1), version: 2, dropout: 0.5 };
    const folder = join(store.folder, runId(spec as never));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, runFiles.spec), JSON.stringify(spec));
    expect(await isOwnRun(folder)).toBe(true);
  });

  it('if it was started, and contains only files of this program', async () => {
    const folder = store.folderOf(seeded(1));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '.spec.json.00000000-0000-0000-0000-000000000000'), '{');
    expect(await isOwnRun(folder)).toBe(true);
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    expect(await isOwnRun(folder)).toBe(false);
  });

  it('but not if its specification is that of another run', async () => {
    const folder = await begin(store, seeded(1));
    const file = join(folder, runFiles.spec);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"momentum": 0.9', '"momentum": 0.8'));
    expect(await isOwnRun(folder)).toBe(false);
  });
});

describe('starting a run', () => {
  it('keeps files in its folder that this program does not write', async () => {
    const notes = join(await begin(store, seeded(1)), 'notes.txt');
    writeFileSync(notes, 'mine');
    await begin(store, seeded(1));
    expect(readFileSync(notes, 'utf8')).toBe('mine');
  });

  it('moves away anything else in the place of its folder, completely', async () => {
    const folder = store.folderOf(seeded(1));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, runFiles.spec), '{"version": 1}');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    writeFileSync(join(store.folder, markerName), '{}');
    await begin(store, seeded(1));
    const [moved] = readdirSync(join(store.folder, '.trash')).filter((name) => !name.endsWith('.json'));
    expect(readFileSync(join(store.folder, '.trash', moved!, 'notes.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'notes.txt'))).toBe(false);
  });
});

import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runFiles, runId, type RunStore } from '@bit-repro/runs';
import { begin, finish, hold, seeded, temporaryStore, writeHeartbeat } from '@bit-repro/runs/testing';
import { WatchedStore } from '../src/watchedStore.ts';
import { fillWithAllStates, plan, start } from './stores.ts';

let store: RunStore;
let watched: WatchedStore;
beforeEach(() => {
  store = temporaryStore();
  watched = new WatchedStore(store.folder, 0);
});

/** The states of the runs that changed since a version, by seed. */
async function changed(version?: string): Promise<{ states: Record<number, string>; version: string }> {
  await watched.refresh();
  const changes = watched.changesSince(version);
  const states = Object.fromEntries(changes.rows.map(({ seed, state }) => [seed ?? -1, state]));
  return { states, version: changes.version };
}

describe('a watched store', () => {
  it('shows every run with its state', async () => {
    await fillWithAllStates(store);
    await watched.refresh();
    const states = watched.rows
      .sort((one, other) => one.id.localeCompare(other.id))
      .map(({ state }) => state);
    expect(states.sort()).toEqual([
      'damaged',
      'done',
      'failed',
      'foreign',
      'interrupted',
      'planned',
      'running',
      'running',
      'silent',
      'waiting',
    ]);
  });

  it('has no runs where there is no folder yet', async () => {
    expect((await changed()).states).toEqual({});
    expect(watched.problem).toBeUndefined();
  });

  it('tells of a run that starts, and then only of what changed', async () => {
    await finish(store, seeded(0));
    const first = await changed();
    expect(first.states).toEqual({ 0: 'done' });
    const folder = await start(store, seeded(1));
    const second = await changed(first.version);
    expect(second.states).toEqual({ 1: 'running' });
    expect((await changed(second.version)).states).toEqual({});
    writeHeartbeat(folder, new Date(), { step: 21 });
    const third = await changed(second.version);
    expect(third.states).toEqual({ 1: 'running' });
  });

  it('tells of a run that fails', async () => {
    const folder = await start(store, seeded(1));
    const { version } = await changed();
    rmSync(`${folder}.lock`);
    writeFileSync(join(folder, runFiles.error), JSON.stringify({ message: 'No room' }));
    await changed();
    expect(watched.changesSince(version).rows).toMatchObject([{ state: 'failed', reason: 'No room' }]);
  });

  it('tells of a run that is gone', async () => {
    const folder = await finish(store, seeded(0));
    const { version } = await changed();
    rmSync(folder, { recursive: true });
    await watched.refresh();
    expect(watched.changesSince(version)).toMatchObject({ rows: [], removed: [runId(seeded(0))] });
  });

  it('tells everything to a reader of another watcher', async () => {
    await finish(store, seeded(0));
    const { version } = await changed();
    watched = new WatchedStore(store.folder, 0);
    await watched.refresh();
    expect(watched.changesSince(version)).toMatchObject({ isAll: true, rows: [{ state: 'done' }] });
  });

  it('finds a sealed file that was altered in its place, which its folder does not show', async () => {
    const folder = await finish(store, seeded(0));
    const { version } = await changed();
    writeFileSync(join(folder, runFiles.result), '{}');
    expect((await changed(version)).states).toEqual({ 0: 'damaged' });
  });

  it('shows what an experiment has planned and not started, by its latest plan', async () => {
    plan(store, [seeded(0), seeded(1)]);
    await begin(store, seeded(0));
    await watched.refresh();
    expect(watched.rows.map(({ state }) => state).sort()).toEqual(['interrupted', 'planned']);
  });

  it('keeps what it knows, and says why, where the store cannot be listed', async () => {
    await finish(store, seeded(0));
    await watched.refresh();
    rmSync(store.folder, { recursive: true });
    writeFileSync(store.folder, '');
    await watched.refresh();
    expect(watched.problem).toContain(store.folder);
    expect(watched.rows).toHaveLength(1);
    rmSync(store.folder);
    mkdirSync(store.folder);
  });

  it('writes nothing and takes no lock', async () => {
    await fillWithAllStates(store);
    const everything = () =>
      readdirSync(store.folder, { recursive: true, encoding: 'utf8' })
        .sort()
        .map((name) => [name, statSync(join(store.folder, name)).mtimeMs]);
    const before = everything();
    await watched.refresh();
    await watched.refresh();
    expect(everything()).toEqual(before);
  });

  it('does not know a time that is left before it knows the pace', async () => {
    await start(store, seeded(0));
    hold(await begin(store, seeded(1)));
    await watched.refresh();
    expect(watched.changesSince().totals).toEqual({ runs: 2, counts: { running: 1, waiting: 1 } });
  });
});

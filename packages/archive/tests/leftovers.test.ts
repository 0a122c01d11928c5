import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '@bit-repro/artifacts';
import { importArchive } from '../src/importArchive.ts';
import { inStaging } from '../src/staging.ts';
import { writeArchive } from '../src/writeArchive.ts';
import { makeStore, markerName, runId, type RunStore } from '@bit-repro/runs';
import { finish, seeded, temporaryStore } from '@bit-repro/runs/testing';

let store: RunStore;
let archive: string;
beforeEach(async () => {
  store = temporaryStore();
  const source = temporaryStore();
  archive = join(source.folder, '../runs.zip');
  await writeArchive(archive, { runs: [await finish(source, seeded(1))], reports: [] });
  await makeStore(store.folder);
});

/** The complete leftover of a killed import. */
async function leftover(): Promise<string> {
  let left = '';
  await inStaging(store.folder, async (folder) => {
    await Promise.resolve();
    left = folder;
    for (const name of readdirSync(folder)) {
      mkdirSync(`${folder}-copy`, { recursive: true });
      writeFileSync(join(`${folder}-copy`, name), '');
    }
  });
  renameSync(`${left}-copy`, left);
  mkdirSync(join(left, 'runs/half'), { recursive: true });
  return left;
}

const importIt = (): Promise<unknown> => importArchive(archive, store, join(store.folder, '../reports'));

describe('the next import', () => {
  it('removes what a killed import left', async () => {
    await leftover();
    await importIt();
    expect(readdirSync(store.folder)).toEqual([markerName, '.gitignore', runId(seeded(1))]);
  });

  it('removes an empty folder of an import that was killed at once', async () => {
    mkdirSync(join(store.folder, `.import-${randomUUID()}`));
    await importIt();
    expect(readdirSync(store.folder)).toEqual([markerName, '.gitignore', runId(seeded(1))]);
  });

  it('leaves the folder of another running import', async () => {
    const left = await leftover();
    await withLock(left, importIt);
    expect(existsSync(join(left, 'runs/half'))).toBe(true);
  });

  it('leaves a folder of such a name that no import made', async () => {
    const folder = join(store.folder, `.import-${randomUUID()}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine'), '');
    await importIt();
    expect(readdirSync(folder)).toEqual(['mine']);
  });

  it('leaves the target of a link with such a name', async () => {
    const left = await leftover();
    const moved = join(store.folder, '../elsewhere');
    renameSync(left, moved);
    symlinkSync(moved, left);
    await importIt();
    expect(existsSync(join(moved, 'runs/half'))).toBe(true);
  });
});

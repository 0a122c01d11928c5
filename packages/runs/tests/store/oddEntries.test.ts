import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { inspect } from '../../src/store/inspect.ts';
import { runFiles } from '../../src/store/records.ts';
import { readRecord } from '../../src/store/readRun.ts';
import { type RunStore } from '../../src/store/runStore.ts';
import { readTicket } from '../../src/store/ticket.ts';
import { finish, seeded, temporaryStore } from '../../testing/storedRuns.ts';

let store: RunStore;
let folder: string;
beforeEach(async () => {
  store = temporaryStore();
  folder = await finish(store, seeded(1));
  await finish(store, seeded(2));
});

const oddities: [string, (file: string) => void][] = [
  [
    'a folder',
    (file) => {
      mkdirSync(file);
    },
  ],
  ['a named pipe, which nobody writes to', (file) => execFileSync('mkfifo', [file])],
  [
    'a link to itself',
    (file) => {
      symlinkSync(file, file);
    },
  ],
  [
    'a link to nowhere',
    (file) => {
      symlinkSync(join(file, '../nowhere'), file);
    },
  ],
  [
    'a file larger than any that this program writes',
    (file): void => {
      writeFileSync(file, '');
      truncateSync(file, 1024 ** 3);
    },
  ],
];

describe.each(oddities)('a run whose result is %s', (_, make) => {
  beforeEach(() => {
    rmSync(join(folder, runFiles.result));
    make(join(folder, runFiles.result));
  });

  it('is listed as unreadable, with the reason, among the others', async () => {
    const runs = await store.list();
    expect(runs.map(({ state }) => state)).toEqual(['unreadable', 'done']);
    expect(runs[0]).toMatchObject({
      reason: expect.stringMatching(/^result\.json cannot be read/) as string,
    });
  });

  it('does not count as open, so that it is not run again', async () => {
    expect(await store.state(seeded(1))).toMatchObject({ kind: 'unreadable' });
    await expect(readRecord(folder)).rejects.toMatchObject({ kind: 'unreadable' });
  });

  it('can be shown', async () => {
    expect(await inspect(folder)).toMatchObject({ state: 'unreadable' });
  });
});

it('a ticket that cannot be read does not count as missing', async () => {
  mkdirSync(join(folder, runFiles.ticket));
  await expect(readTicket(folder)).rejects.toMatchObject({ kind: 'unreadable' });
});

it.each(oddities)('an entry of the store that is %s and is named like a run is listed', async (_, make) => {
  rmSync(folder, { recursive: true });
  make(folder);
  const states = (await store.list()).map(({ state }) => state);
  expect(states.at(-1)).toBe('done');
  expect(states.slice(0, -1).every((state) => state === 'unreadable' || state === 'interrupted')).toBe(true);
});

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { isSilent, readHeartbeat } from '../../src/store/heartbeat.ts';
import { runFiles } from '../../src/store/records.ts';
import { runId } from '../../src/store/runKey.ts';
import { readRecord } from '../../src/store/readRun.ts';
import { toJson, type RunStore } from '../../src/store/runStore.ts';
import { writeTicket } from '../../src/store/ticket.ts';
import { runSpec } from '../../testing/sampleRuns.ts';
import { begin, finish, hold, seeded, temporaryStore, writeHeartbeat } from '../../testing/storedRuns.ts';

let store: RunStore;
beforeEach(() => {
  store = temporaryStore();
});

/** Replaces text in one of a run's files. */
function alter(folder: string, name: string, from: string, to: string): void {
  const file = join(folder, name);
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

/** Makes a run look as if a cluster has it. */
const send = (folder: string): Promise<void> =>
  writeTicket(folder, { launcher: 'slurm', job: 'bit-repro-1_0', outlives: true });

describe('a list of the store', () => {
  it('is empty if there is no store yet', async () => {
    expect(await store.list()).toEqual([]);
  });

  it('contains every run sorted by name, but no locks, hidden folders or files', async () => {
    for (const seed of [2, 0, 1]) await finish(store, seeded(seed));
    mkdirSync(join(store.folder, '.import-1'));
    mkdirSync(join(store.folder, `${runId(seeded(0))}.lock`));
    writeFileSync(join(store.folder, 'note.txt'), '');
    expect((await store.list()).map(({ id }) => id)).toEqual([0, 1, 2].map((seed) => runId(seeded(seed))));
  });

  it('shows the result, the commit and the time of a finished run', async () => {
    await finish(store, seeded(3), 42);
    expect(await store.list()).toMatchObject([
      {
        state: 'done',
        spec: { fineTune: { seed: 3 } },
        final: { top1: 0.42 },
        git: { sha: 'c'.repeat(40), dirty: false },
        timing: { finishedAt: '2026-01-01T00:00:10.000Z' },
      },
    ]);
  });

  it.each<[string, (folder: string) => void | Promise<void>, object]>([
    ['that was interrupted', () => undefined, { state: 'interrupted', spec: { experiment: 'sample' } }],
    [
      'that failed, with the reason',
      (folder) => {
        writeFileSync(join(folder, runFiles.error), toJson({ message: 'out of memory' }));
      },
      { state: 'failed', reason: 'out of memory' },
    ],
    ['that a process holds', hold, { state: 'running' }],
    [
      'that a process works on, with its progress',
      (folder) => {
        hold(folder);
        writeHeartbeat(folder, new Date());
      },
      { state: 'running', heartbeat: { step: 20, steps: 500, loss: 2.25 } },
    ],
    ['that a cluster has', send, { state: 'running' }],
    [
      'that failed on a cluster while nobody followed it',
      async (folder) => {
        await send(folder);
        writeFileSync(join(folder, runFiles.error), toJson({ message: 'no GPU' }));
      },
      { state: 'failed', reason: 'no GPU' },
    ],
    [
      'without usable files',
      (folder) => {
        writeFileSync(join(folder, runFiles.spec), '');
        writeFileSync(join(folder, runFiles.provenance), 'null');
      },
      { state: 'interrupted' },
    ],
  ])('recognises a run %s', async (_what, arrange, expected) => {
    await arrange(await begin(store, runSpec()));
    expect(await store.list()).toMatchObject([{ id: runId(runSpec()), ...expected }]);
  });

  it.each<[string, string, (folder: string) => void, RegExp]>([
    [
      'damaged',
      'whose result was altered',
      (folder) => {
        alter(folder, runFiles.result, '0.5', '0.6');
      },
      /result\.json was altered/,
    ],
    [
      'damaged',
      'whose specification was altered',
      (folder) => {
        alter(folder, runFiles.spec, '"momentum": 0.9', '"momentum": 0.8');
      },
      /result belongs to another run/,
    ],
    [
      'damaged',
      'whose timing is missing',
      (folder) => {
        renameSync(join(folder, runFiles.timing), join(folder, 'elsewhere.json'));
      },
      /timing\.json is missing/,
    ],
    [
      'damaged',
      'whose provenance is not JSON',
      (folder) => {
        writeFileSync(join(folder, runFiles.provenance), '{');
      },
      /provenance\.json is not JSON/,
    ],
    [
      'foreign',
      'that another version wrote',
      (folder) => {
        alter(folder, runFiles.spec, '"experiment"', '"dropout": 0.5, "experiment"');
      },
      /spec\.json is not in the format of this version/,
    ],
  ])('reports as %s a run %s', async (state, _what, arrange, reason) => {
    arrange(await finish(store, runSpec()));
    expect(await store.list()).toMatchObject([{ state, reason: expect.stringMatching(reason) as string }]);
  });
});

describe('reading a run', () => {
  it('of another version names the commit to read it with', async () => {
    const folder = await finish(store, runSpec());
    alter(folder, runFiles.timing, '"seconds"', '"minutes"');
    await expect(readRecord(folder)).rejects.toMatchObject({
      kind: 'foreign',
      remedy: expect.stringMatching(/provenance\.json names the commit/) as string,
    });
  });

  it('works for as many at once as requested', async () => {
    const specs = Array.from({ length: 300 }, (_, seed) => seeded(seed));
    await Promise.all(specs.slice(0, 3).map((spec) => finish(store, spec)));
    const states = await Promise.all(specs.map((spec) => store.state(spec)));
    expect(states.filter(({ kind }) => kind === 'done')).toHaveLength(3);
  });
});

describe('a heartbeat', () => {
  it('is the last one that the worker wrote', async () => {
    const folder = await begin(store, runSpec());
    writeHeartbeat(folder, new Date(0));
    expect(await readHeartbeat(folder)).toMatchObject({ pid: 7, step: 20 });
  });

  it.each(['', '{"pid":', '{}'])('is undefined if the file holds %j', async (content) => {
    const folder = await begin(store, runSpec());
    writeFileSync(join(folder, runFiles.heartbeat), content);
    expect(await readHeartbeat(folder)).toBeUndefined();
  });

  it('is undefined if there is no file', async () => {
    expect(await readHeartbeat(store.folder)).toBeUndefined();
  });

  it('is silent after two minutes', async () => {
    const folder = await begin(store, runSpec());
    writeHeartbeat(folder, new Date(1_000_000));
    const heartbeat = (await readHeartbeat(folder))!;
    expect(isSilent(heartbeat, 1_100_000)).toBe(false);
    expect(isSilent(heartbeat, 1_130_000)).toBe(true);
  });
});

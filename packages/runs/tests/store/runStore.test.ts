import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '@bit-repro/artifacts';
import { runFiles, type RunSpec } from '../../src/store/records.ts';
import { runKey } from '../../src/store/runKey.ts';
import { readSpec } from '../../src/store/readRun.ts';
import { RunStore, writeResult } from '../../src/store/runStore.ts';
import { workerLockOf } from '../../src/store/workerLock.ts';
import { plannedRun, record, runSpec } from '../../testing/sampleRuns.ts';
import { seeded } from '../../testing/storedRuns.ts';

let store: RunStore;
beforeEach(() => {
  store = new RunStore(mkdtempSync(join(tmpdir(), 'store-')));
});

const sample = record(plannedRun(), 50);

async function finish(spec: RunSpec): Promise<string> {
  const folder = await store.open(spec, sample.provenance, undefined);
  await writeResult(folder, { ...sample.result, key: runKey(spec) }, sample.timing);
  return folder;
}

describe('a run in the store', () => {
  it('is open before it has started', async () => {
    expect(await store.state(runSpec())).toEqual({ kind: 'open' });
  });

  it('is open while it has no result', async () => {
    await store.open(runSpec(), sample.provenance, undefined);
    expect(await store.state(runSpec())).toEqual({ kind: 'open' });
  });

  it('is done once it has a result', async () => {
    await finish(runSpec());
    expect(await store.state(runSpec())).toMatchObject({
      kind: 'done',
      record: { result: { final: { top1: 0.5 } } },
    });
  });

  it('is done under the names of its plan, with the weights and data where it found them', async () => {
    const { weights } = runSpec();
    await finish(runSpec({ weights: { ...weights, path: '/then' } }));
    const arm = { name: 'another', title: 'Another' };
    const state = await store.state(runSpec({ arm, weights: { ...weights, path: '/now' } }));
    expect(state).toMatchObject({ kind: 'done', record: { spec: { arm, weights: { path: '/then' } } } });
  });

  it('keeps the specification that it was opened with', async () => {
    const folder = await store.open(runSpec(), sample.provenance, Buffer.from('a difference'));
    expect(await readSpec(folder)).toEqual(runSpec());
    expect(readFileSync(join(folder, runFiles.diff), 'utf8')).toBe('a difference');
  });

  it('shares its diff with the other runs of its command, so that it is on the disk once', async () => {
    const folders = [];
    for (const seed of [1, 2, 3]) {
      const diff = Buffer.from(seed === 3 ? 'another' : 'a difference');
      folders.push(await store.open(seeded(seed), sample.provenance, diff));
    }
    const [first, second, third] = folders.map((folder) => statSync(join(folder, runFiles.diff)));
    expect(second!.ino).toBe(first!.ino);
    expect(third!.ino).not.toBe(first!.ino);
    expect(readFileSync(join(folders[1]!, runFiles.diff), 'utf8')).toBe('a difference');
  });

  it('keeps its checkpoint and events when it is opened again', async () => {
    const folder = await store.open(runSpec(), sample.provenance, undefined);
    const kept = ['checkpoint-12.npz', 'checkpoint.json', runFiles.events];
    for (const name of [...kept, runFiles.error, runFiles.log]) writeFileSync(join(folder, name), name);
    await store.open(runSpec(), sample.provenance, undefined);
    for (const name of kept) expect(readFileSync(join(folder, name), 'utf8')).toBe(name);
    expect(existsSync(join(folder, runFiles.error))).toBe(false);
    expect(existsSync(join(folder, runFiles.log))).toBe(false);
  });

  it('loses only what it no longer needs when it is tidied', async () => {
    const folder = await finish(runSpec());
    const before = readdirSync(folder);
    const ofUseBefore = [
      runFiles.ticket,
      runFiles.heartbeat,
      'checkpoint-12.npz',
      'checkpoint.json',
      '.ticket.json.0b6ff4b6-2c4b-4d7e-9d8c-3f7d8d1e2a3b',
    ];
    const others = [runFiles.log, 'notes.txt', '.notes.txt.0b6ff4b6-2c4b-4d7e-9d8c-3f7d8d1e2a3b'];
    for (const name of [...ofUseBefore, ...others]) writeFileSync(join(folder, name), '');
    await store.tidy(runSpec());
    expect(readdirSync(folder).sort()).toEqual([...before, ...others].sort());
  });

  it('is not tidied while a worker is working on it', async () => {
    const folder = await finish(runSpec());
    writeFileSync(join(folder, runFiles.ticket), '');
    await withLock(workerLockOf(folder), async () => {
      await store.tidy(runSpec());
    });
    expect(existsSync(join(folder, runFiles.ticket))).toBe(true);
  });

  it('has no times in its result, so that an identical rerun has the same bytes', async () => {
    const first = readFileSync(join(await finish(runSpec()), runFiles.result));
    const again = readFileSync(join(await finish(runSpec()), runFiles.result));
    expect(again.equals(first)).toBe(true);
  });
});

describe('a damaged run', () => {
  it.each<[string, (folder: string) => void, RegExp]>([
    [
      'one altered number',
      (folder) => {
        replace(folder, runFiles.result, '0.5', '0.6');
      },
      /was altered/,
    ],
    [
      'one added byte',
      (folder) => {
        appendFileSync(join(folder, runFiles.result), ' ');
      },
      /was altered/,
    ],
    [
      'a truncated result',
      (folder) => {
        writeFileSync(join(folder, runFiles.result), '{"key":');
      },
      /was altered/,
    ],
    [
      'a timing file of another version',
      (folder) => {
        replace(folder, runFiles.timing, '"seconds"', '"minutes"');
      },
      /timing\.json/,
    ],
    [
      'missing provenance',
      (folder) => {
        writeFileSync(join(folder, runFiles.provenance), '{}');
      },
      /provenance\.json/,
    ],
  ])('is detected: %s', async (_, damage, reason) => {
    damage(await finish(runSpec()));
    const state = await store.state(runSpec());
    expect(state.kind).toBe('damaged');
    expect((state as { reason: string }).reason).toMatch(reason);
  });

  it('is detected if the result belongs to another run', async () => {
    const folder = await store.open(runSpec(), sample.provenance, undefined);
    await writeResult(folder, sample.result, sample.timing);
    expect(await store.state(runSpec())).toEqual({
      kind: 'damaged',
      reason: 'its result belongs to another run',
    });
  });
});

function replace(folder: string, name: string, from: string, to: string): void {
  const file = join(folder, name);
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runFiles } from '../../src/store/records.ts';
import { readRecord } from '../../src/store/readRun.ts';
import { type RunStore } from '../../src/store/runStore.ts';
import { eventsOf, finish, seeded, temporaryStore } from '../../testing/storedRuns.ts';

const files = {
  [runFiles.events]: eventsOf(),
  [runFiles.diff]: 'diff --git a/x b/x\n',
  [runFiles.subset]: 'a picture',
  [runFiles.predictions]: 'predictions',
  [runFiles.mistakes]: 'mistakes',
  [runFiles.weights]: 'weights',
};

let store: RunStore;
let folder: string;
beforeEach(async () => {
  store = temporaryStore();
  folder = await finish(store, seeded(1), 50, files);
});

/** Writes a file so that a glance sees no change: with the same size and times. */
function alterUnseen(name: string, change: (bytes: Buffer) => void): void {
  const file = join(folder, name);
  const { atime, mtime } = statSync(file);
  const bytes = readFileSync(file);
  change(bytes);
  writeFileSync(file, bytes);
  utimesSync(file, atime, mtime);
}

describe('a sealed run', () => {
  it('is done while its seal holds', async () => {
    expect(await readRecord(folder)).toMatchObject({ isSealed: true });
    expect((await store.state(seeded(1))).kind).toBe('done');
  });

  it.each(readdirNames())('is damaged if %s is missing', async (name) => {
    rmSync(join(folder, name));
    await expect(readRecord(folder)).rejects.toMatchObject({
      kind: name === runFiles.seal ? 'unfinished' : 'damaged',
    });
  });

  it.each(readdirNames())('is damaged if %s grows', async (name) => {
    writeFileSync(join(folder, name), ' ', { flag: 'a' });
    const altered = readRecord(folder);
    // A blank at the end of the seal means nothing.
    if (name === runFiles.seal) expect(await altered).toMatchObject({ isSealed: true });
    else await expect(altered).rejects.toMatchObject({ kind: 'damaged' });
  });

  it('is damaged if its provenance has another commit, even at a glance', async () => {
    alterUnseen(runFiles.provenance, (bytes) => {
      bytes[bytes.indexOf('c'.repeat(40))] = 'd'.charCodeAt(0);
    });
    expect(await store.list()).toMatchObject([{ state: 'damaged' }]);
  });

  it('is damaged if the bytes of a picture change, detected at a glance by its times', async () => {
    // File times advance only every few milliseconds.
    const { ctimeMs } = statSync(join(folder, runFiles.seal));
    do writeFileSync(join(folder, runFiles.subset), 'A PICTURE');
    while (statSync(join(folder, runFiles.subset)).ctimeMs <= ctimeMs);
    expect(await store.state(seeded(1))).toMatchObject({ kind: 'damaged' });
  });

  it('is open if it ended before it was sealed', async () => {
    rmSync(join(folder, runFiles.seal));
    expect(await store.state(seeded(1))).toEqual({ kind: 'open' });
    expect(await store.list()).toMatchObject([{ state: 'interrupted' }]);
  });

  it('is done without a seal, and reported as unsealed, if it is older than seals', async () => {
    unseal();
    expect(await readRecord(folder)).toMatchObject({ isSealed: false });
    expect(await store.list()).toMatchObject([{ state: 'done', isSealed: false }]);
  });

  it.each([
    ['a loss', '2.25', '2.26'],
    ['a score', '"top1":0.5', '"top1":0.6'],
  ])('has its result checked against its events, sealed or not: %s', async (_, from, to) => {
    unseal();
    const file = join(folder, runFiles.events);
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    await expect(readRecord(folder)).rejects.toThrow(/events\.jsonl was altered/);
  });
});

/** Turns the run into one of an earlier version. */
function unseal(): void {
  rmSync(join(folder, runFiles.seal));
  const file = join(folder, runFiles.timing);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/,\s*"sealed": true/, ''));
}

describe('a flipped bit', () => {
  let flips: { name: string; at: number; bit: number }[];
  let sound: string;
  beforeAll(() => {
    flips = [];
  });

  it.each(readdirNames())('in any byte of %s is detected or harmless', async (name) => {
    sound = JSON.stringify({ ...(await readRecord(folder)), folder: '' });
    const original = readFileSync(join(folder, name));
    for (let at = 0; at < original.length; at += 1) {
      const bytes = Buffer.from(original);
      const bit = at % 8;
      bytes[at]! ^= 1 << bit;
      writeFileSync(join(folder, name), bytes);
      const read = await readRecord(folder).then(
        (record) => JSON.stringify({ ...record, folder: '' }),
        () => undefined,
      );
      if (read !== undefined && read !== sound) flips.push({ name, at, bit });
    }
    expect(flips).toEqual([]);
  });
});

function readdirNames(): string[] {
  const { spec, provenance, diff, events, weights, subset, predictions, mistakes, result, timing, seal } =
    runFiles;
  return [spec, provenance, diff, events, weights, subset, predictions, mistakes, result, timing, seal];
}

it('covers every file of a finished run', () => {
  expect(readdirSync(folder).sort()).toEqual(readdirNames().sort());
});

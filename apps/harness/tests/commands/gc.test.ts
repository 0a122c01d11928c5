import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { gc, type GcOptions } from '../../src/commands/gc.ts';
import { runFiles } from '../../src/store/records.ts';
import { runId } from '../../src/store/runKey.ts';
import { toJson, type RunStore } from '../../src/store/runStore.ts';
import { sourceDigest } from '../../src/store/sourceDigest.ts';
import { writeTicket } from '../../src/store/ticket.ts';
import { begin, finish, hold, seeded, temporaryStore } from '../store/storedRuns.ts';

let store: RunStore;
let printed: string[];
const collect = (change: Partial<GcOptions> = {}): Promise<number> =>
  gc(
    { runs: store.folder, delete: false, finished: false, ...change },
    { print: (line) => void printed.push(line), signal: new AbortController().signal },
  );

const current = seeded(1, { sources: await sourceDigest() });
beforeEach(async () => {
  store = temporaryStore();
  printed = [];
  await finish(store, current);
  await finish(store, seeded(2));
  await begin(store, seeded(3));
  writeFileSync(join(await begin(store, seeded(4)), runFiles.error), toJson({ message: 'no memory' }));
  writeFileSync(join(await finish(store, seeded(5)), runFiles.result), '{}');
  const spec = join(await finish(store, seeded(6)), runFiles.spec);
  writeFileSync(spec, readFileSync(spec, 'utf8').replace('"version": 1', '"version": 2'));
  hold(await begin(store, seeded(7)));
});
const left = (): number[] =>
  readdirSync(store.folder)
    .filter((name) => !name.endsWith('.lock'))
    .map((name) => Number(/seed(\d)/.exec(name)?.[1]));

it('removes what is left of job arrays that have ended', async () => {
  const folder = join(store.folder, '.slurm');
  const arrays = ['a', 'b'].map((digit) => `bit-repro-${digit.repeat(36)}`);
  mkdirSync(folder);
  const files = arrays.flatMap((array) => [`${array}.list`, `${array}_0.out`]);
  for (const name of files) writeFileSync(join(folder, name), '');
  const ticket = { launcher: 'slurm', job: `${arrays[1]!}_0`, outlives: true };
  await writeTicket(await begin(store, seeded(8)), ticket);
  await collect({ delete: true });
  expect(readdirSync(folder)).toEqual(files.slice(2));
  expect(printed.at(-1)).toContain('and 2 files of ended job arrays');
});

it('tells what is of no use and why, and removes nothing by itself', async () => {
  await collect();
  expect(printed.slice(0, 3).map((line) => line.replace(/-\w{12} +[\d.]+ MiB/, ''))).toEqual([
    'mini-1shot-seed3  interrupted',
    'mini-1shot-seed4  failed: no memory',
    expect.stringMatching(/^mini-1shot-seed5 {2}damaged: result\.json was altered/),
  ]);
  expect(printed[3]).toMatch(/^3 runs, [\d.]+ MiB; nothing was removed: --delete does so\.$/);
  expect(left()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('removes it when told to: nothing that is finished, running or of another version', async () => {
  await collect({ delete: true });
  expect(left()).toEqual([1, 2, 6, 7]);
  expect(printed.at(-1)).toMatch(/^3 runs removed of 3 runs/);
  expect(existsSync(join(store.folder, `${runId(seeded(3))}.lock`))).toBe(false);
});

it('removes finished runs of other code when told to do that too', async () => {
  await collect({ delete: true, finished: true });
  expect(left()).toEqual([1, 7]);
});

it('keeps an interrupted run that this code can go on from', async () => {
  for (const spec of [seeded(8, { sources: current.sources }), seeded(9)])
    writeFileSync(join(await begin(store, spec), 'checkpoint.json'), '{}');
  await collect({ delete: true });
  expect(left()).toEqual([1, 2, 6, 7, 8]);
});

it('says so when there is nothing to remove', async () => {
  await collect({ delete: true, finished: true });
  await collect();
  expect(printed.at(-1)).toBe('There is nothing to remove.');
});

import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandContext } from '@bit-repro/terminal';
import { gc, type GcOptions } from '../../src/commands/gc.ts';
import {
  runFiles,
  type RunSpec,
  runId,
  toJson,
  type RunStore,
  resultCode,
  writeTicket,
  workerLockOf,
} from '@bit-repro/runs';
import { begin, finish, hold, seeded, temporaryStore } from '@bit-repro/runs/testing';

let store: RunStore;
let printed: string[];
const collect = (change: Partial<GcOptions> = {}, context: Partial<CommandContext> = {}): Promise<number> =>
  gc(
    { runs: store.folder, delete: false, finished: false, emptyTrash: false, yes: true, ...change },
    { print: (line) => void printed.push(line), signal: new AbortController().signal, ...context },
  );

const current = seeded(1, { sources: (await resultCode()).digest });
beforeEach(async () => {
  store = temporaryStore();
  printed = [];
  await finish(store, current);
  await finish(store, seeded(2));
  await begin(store, seeded(3));
  writeFileSync(join(await begin(store, seeded(4)), runFiles.error), toJson({ message: 'no memory' }));
  writeFileSync(join(await finish(store, seeded(5)), runFiles.result), '{}');
  const folder = await finish(store, seeded(6));
  const ofNextVersion = { ...seeded(6), version: 2 } as unknown as RunSpec;
  writeFileSync(join(folder, runFiles.spec), toJson(ofNextVersion));
  renameSync(folder, join(store.folder, runId(ofNextVersion)));
  hold(await begin(store, seeded(7)));
});
const left = (): number[] =>
  readdirSync(store.folder)
    .filter((name) => name.startsWith('mini-') && !name.endsWith('.lock'))
    .map((name) => Number(/seed(\d)/.exec(name)?.[1]));

it('gc removes the files of job arrays that have ended', async () => {
  const folder = join(store.folder, '.slurm');
  const arrays = ['a', 'b'].map((digit) => `bit-repro-${digit.repeat(36)}`);
  mkdirSync(folder);
  const files = arrays.flatMap((array) => [`${array}.list`, `${array}_0.out`]);
  for (const name of files) writeFileSync(join(folder, name), '');
  const ticket = { launcher: 'slurm', job: `${arrays[1]!}_0`, outlives: true };
  await writeTicket(await begin(store, seeded(8)), ticket);
  await collect({ delete: true });
  expect(readdirSync(folder)).toEqual(files.slice(2));
  expect(printed.at(-2)).toContain('and 2 files of ended job arrays');
});

it('gc lists runs that are no longer useful with the reason, and moves nothing by default', async () => {
  await collect();
  expect(printed.slice(0, 3).map((line) => line.replace(/-\w{12} +[\d.]+ KiB/, ''))).toEqual([
    'mini-1shot-seed3  interrupted',
    'mini-1shot-seed4  failed: no memory',
    expect.stringMatching(/^mini-1shot-seed5 {2}damaged: result\.json was altered/),
  ]);
  expect(printed[3]).toMatch(/^3 runs, [\d.]+ KiB; nothing was moved\. Use --delete to move them\.$/);
  expect(left()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('gc --delete moves these, but nothing that is finished, running or of another version', async () => {
  await collect({ delete: true });
  expect(left()).toEqual([1, 2, 6, 7]);
  expect(printed.at(-2)).toMatch(/^3 runs moved to the trash, of 3 runs/);
  expect(printed.at(-1)).toBe('The trash holds 3 runs. Use --empty-trash to delete them.');
  expect(existsSync(join(store.folder, `${runId(seeded(3))}.lock`))).toBe(false);
});

it('gc --finished moves finished runs of other code, too', async () => {
  await collect({ delete: true, finished: true });
  expect(left()).toEqual([1, 7]);
});

describe('gc --superseded', () => {
  /** A finished run in the place of the finished one of seed 1, by other code and later. */
  const later = seeded(1, { sources: '9'.repeat(64) });
  const finishLater = (): Promise<string> =>
    finish(store, later, 50, {}, { finishedAt: '2026-01-02T00:00:00.000Z' });

  it('moves finished runs that later ones replace, and only if it is asked for', async () => {
    await finishLater();
    await collect({ delete: true });
    expect(left()).toContain(1);
    await collect({ delete: true, superseded: true });
    expect(existsSync(store.folderOf(later))).toBe(true);
    expect(printed).toContainEqual(expect.stringMatching(/ superseded by mini-1shot-seed1-/));
  });

  it('moves nothing where a report cannot be read', async () => {
    await finishLater();
    const reports = join(store.folder, '../reports');
    mkdirSync(join(reports, 'fig6'), { recursive: true });
    writeFileSync(join(reports, 'fig6/report.html'), '<html></html>');
    await expect(collect({ delete: true, superseded: true, reports })).rejects.toThrow(
      /Expected a report with its evidence/,
    );
  });
});

it('gc keeps an interrupted run that the current code can resume', async () => {
  for (const spec of [seeded(8, { sources: current.sources }), seeded(9)])
    writeFileSync(join(await begin(store, spec), 'checkpoint.json'), '{}');
  await collect({ delete: true });
  expect(left()).toEqual([1, 2, 6, 7, 8]);
});

it('gc says if there is nothing to remove', async () => {
  await collect({ delete: true, finished: true });
  await collect();
  expect(printed.at(-2)).toBe('There is nothing to remove.');
});

describe('a folder that is not a store', () => {
  it('is left unchanged by gc, which fails', async () => {
    const folder = join(store.folder, '../home');
    for (const name of ['photos', 'thesis']) mkdirSync(join(folder, name), { recursive: true });
    await expect(collect({ runs: folder, delete: true })).rejects.toMatchObject({ name: 'InputError' });
    expect(readdirSync(folder)).toEqual(['photos', 'thesis']);
  });
});

describe('gc in a store', () => {
  it('keeps folders that are not certainly runs, and names those that look like one', async () => {
    mkdirSync(join(store.folder, 'photos'));
    const folder = await begin(store, seeded(9));
    writeFileSync(join(folder, runFiles.spec), '{"version": 1}');
    await collect({ delete: true, finished: true });
    expect(existsSync(join(store.folder, 'photos'))).toBe(true);
    expect(existsSync(folder)).toBe(true);
    expect(printed).toContainEqual(expect.stringMatching(/^kept mini-1shot-seed9-.*does not show/));
  });

  it('moves runs so that they can be moved back', async () => {
    await collect({ delete: true, finished: true });
    const trash = join(store.folder, '.trash');
    const moved = readdirSync(trash).find(
      (name) => name.startsWith(runId(seeded(2))) && !name.endsWith('.json'),
    );
    renameSync(join(trash, moved!), join(store.folder, runId(seeded(2))));
    expect((await store.state(seeded(2))).kind).toBe('done');
  });

  it('keeps a run that a worker is working on, whoever started it', async () => {
    const folder = await begin(store, seeded(9));
    hold(workerLockOf(folder));
    await collect({ delete: true });
    expect(existsSync(folder)).toBe(true);
  });
});

describe('gc', () => {
  it('asks before anything is moved', async () => {
    const questions: string[] = [];
    const answering = (isAgreed: boolean) => ({
      ask: (question: string): Promise<boolean> => {
        questions.push(question);
        return Promise.resolve(isAgreed);
      },
    });
    expect(await collect({ delete: true, yes: false }, answering(false))).toBe(1);
    expect(left()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(questions).toEqual([expect.stringMatching(/^Move 3 runs, .* to the trash\?$/)]);
    expect(await collect({ delete: true, yes: false }, answering(true))).toBe(0);
    expect(left()).toEqual([1, 2, 6, 7]);
  });

  it('requires --yes if nobody can be asked', async () => {
    await expect(collect({ delete: true, yes: false })).rejects.toThrow(/^There is no terminal to ask at/);
    expect(left()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('gc --empty-trash', () => {
  it('deletes what was moved to the trash, and nothing else', async () => {
    await collect({ delete: true });
    const trash = join(store.folder, '.trash');
    mkdirSync(join(trash, 'photos'));
    await collect({ emptyTrash: true });
    expect(printed.at(-1)).toBe('3 runs deleted');
    expect(readdirSync(trash)).toEqual(['photos']);
  });
});

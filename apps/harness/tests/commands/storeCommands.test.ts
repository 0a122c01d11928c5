import { appendFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { diff } from '../../src/commands/diff.ts';
import { logs } from '../../src/commands/logs.ts';
import { ls } from '../../src/commands/ls.ts';
import { showRun } from '../../src/commands/show.ts';
import { status } from '../../src/commands/status.ts';
import { findRun, runFiles, runId, runKey, toJson, type RunStore } from '@bit-repro/runs';
import { workspaceRoot } from '@bit-repro/artifacts';
import { publishedRecord } from '@bit-repro/data';
import {
  runSpec,
  begin,
  finish,
  hold,
  seeded,
  temporaryStore,
  writeHeartbeat,
} from '@bit-repro/runs/testing';

let store: RunStore;
let printed: string[];
const context = {
  print: (line: string): void => void printed.push(...line.split('\n')),
  signal: new AbortController().signal,
};
const options = (): { runs: string; json: false } => ({ runs: store.folder, json: false });
beforeEach(() => {
  store = temporaryStore();
  printed = [];
});
const output = (): string => printed.join('\n');

describe('finding a run', () => {
  const ids = ['mini-1shot-seed0-0123456789ab', 'mini-1shot-seed0-01239999ffff', 'r50-a-000000000000'];

  it.each([
    ['its ID', ids[1]!, ids[1]],
    ['the start of its ID', 'r5', ids[2]],
    ['the digits at its end', '01234', ids[0]],
  ])('accepts %s', (_what, named, id) => {
    expect(findRun(ids, named)).toBe(id);
  });

  it('accepts a complete ID that is also the start of others', () => {
    expect(findRun(['a', 'a-b'], 'a')).toBe('a');
  });

  it.each([
    ['mini', /2 runs match mini:\n {2}mini-1shot-seed0-0123456789ab\n/],
    ['0123', /2 runs match 0123/],
    ['012', /matches "012"/],
    ['', /matches ""/],
    ['../runs', /No run in the store matches/],
  ])('rejects %j', (named, message) => {
    expect(() => findRun(ids, named)).toThrow(message);
  });
});

describe('ls', () => {
  it('keeps names in their cells, whatever they contain', async () => {
    const arm = { name: 'rule\nfoul-1shot  done', title: '' };
    await finish(store, seeded(1, { experiment: 'sam\u001b]0;\u0007\u202eple', arm }));
    await ls(options(), context);
    expect(printed).toHaveLength(3);
    expect(printed[1]).toContain(String.raw`sam\u001b]0;\u0007\u202eple  rule\nfoul-1shot  done`);
  });

  it('lists runs, latest last, with result, state and commit', async () => {
    await finish(store, seeded(1), 42);
    await begin(store, seeded(2));
    await ls(options(), context);
    expect(printed[0]).toMatch(/^run +experiment +arm +shots +seed +top-1 +state +when \(UTC\) +commit$/);
    expect(printed[1]).toMatch(/^mini-1shot-seed2-\w+ +sample +rule +1 +2 +interrupted +c{7}$/);
    expect(printed[2]).toMatch(/ sample +rule +1 +1 +42\.00 % +done +2026-01-01 00:00 +c{7}$/);
    expect(printed[3]).toBe('2 runs');
  });

  it('names the data set where runs are on several', async () => {
    await finish(store, seeded(1));
    await finish(store, seeded(2, { dataset: publishedRecord('cifar100') }));
    await ls(options(), context);
    expect(printed[0]).toMatch(/ arm +data set, shots +seed /);
    expect(output()).toMatch(/ rule +cifar10 1 +1 /);
    expect(output()).toMatch(/ rule +cifar100 1 +2 /);
  });

  it('names no data set where only one is known', async () => {
    await finish(store, seeded(1));
    writeFileSync(join(await finish(store, seeded(2)), runFiles.spec), '{');
    await ls(options(), context);
    expect(printed[0]).toMatch(/ arm +shots +seed /);
    expect(printed).toHaveLength(4);
  });

  it.each<[string, object, number]>([
    ['of an experiment', { experiment: 'sample' }, 1],
    ['in a state', { state: 'done' }, 2],
    ['of both', { experiment: 'sample', state: 'failed' }, 0],
  ])('can list only runs %s', async (_what, filter, count) => {
    await finish(store, seeded(1));
    await finish(store, seeded(2, { experiment: 'other' }));
    await ls({ ...options(), ...filter }, context);
    expect(printed.at(-1)).toBe(count === 1 ? '1 run' : `${count} runs`);
  });

  it('can list only runs that fulfil conditions, and the newest of them', async () => {
    for (const seed of [1, 2, 3])
      await finish(store, seeded(seed), 50, {}, { finishedAt: `2026-01-0${seed}T00:00:00.000Z` });
    await ls({ ...options(), where: ['seed<3', 'settings.baseLr=0.003'], newest: 1 }, context);
    expect(printed[1]).toMatch(/^mini-1shot-seed2-.* 2026-01-02 00:00 /);
    expect(printed.at(-1)).toBe('1 run');
  });

  it('marks finished runs that later ones replace', async () => {
    await finish(store, seeded(1));
    const later = seeded(1, { sources: '2'.repeat(64) });
    await finish(store, later, 50, {}, { finishedAt: '2026-01-02T00:00:00.000Z' });
    await ls(options(), context);
    expect(printed.slice(1, 3)).toEqual([
      expect.stringMatching(/ done, superseded +2026-01-01 /),
      expect.stringMatching(/ done +2026-01-02 /),
    ]);
    printed = [];
    await ls({ ...options(), json: true }, context);
    expect(JSON.parse(output())).toMatchObject([{ supersededBy: runId(later) }, {}]);
  });

  it('lists runs where a report cannot be read, and says that none is marked', async () => {
    await finish(store, seeded(1));
    await finish(
      store,
      seeded(1, { sources: '2'.repeat(64) }),
      50,
      {},
      { finishedAt: '2026-01-02T00:00:00.000Z' },
    );
    const reports = join(store.folder, '../reports');
    mkdirSync(join(reports, 'fig6'), { recursive: true });
    writeFileSync(join(reports, 'fig6/report.html'), '');
    await ls({ ...options(), reports }, context);
    expect(printed.at(-1)).toMatch(/^superseded runs are not marked: Expected a report with its evidence/);
    expect(output()).not.toContain('done, superseded');
  });

  it('prints JSON', async () => {
    await finish(store, seeded(1));
    await ls({ ...options(), json: true }, context);
    expect(JSON.parse(output())).toMatchObject([
      { id: runId(seeded(1)), state: 'done', final: { top1: 0.5 } },
    ]);
  });
});

describe('show', () => {
  it('prints the code, data and settings that gave a number', async () => {
    await finish(store, runSpec(), 42);
    await showRun('mini', options(), context);
    expect(output()).toContain(
      'done: top-1 42.00 %, top-5 90.00 %, loss 1.5000 on 10,000 test images after 500 steps',
    );
    expect(output()).toMatch(/ {2}git\.sha +c{40}\n/);
    expect(output()).toMatch(/ {2}dataset\.sha1\.test_batch\.bin +a{40}\n/);
    expect(output()).toMatch(/ {2}fineTune\.baseLr +0\.003\n/);
    expect(output()).toMatch(/ {2}fineTune\.schedule +\[100,200,300,400,500\]\n/);
  });

  it('prints what exists of a failed run, and no control sequences', async () => {
    const folder = await begin(store, runSpec());
    writeFileSync(join(folder, runFiles.error), toJson({ message: 'out of \u001b[2Jmemory' }));
    await showRun('mini', options(), context);
    expect(printed[1]).toBe('failed: out of \\u001b[2Jmemory');
  });

  it('prints JSON, whichever version wrote the run', async () => {
    const folder = await finish(store, runSpec());
    writeFileSync(join(folder, runFiles.spec), toJson({ version: 2 }));
    writeFileSync(join(folder, runFiles.timing), '{');
    await showRun('mini', { ...options(), json: true }, context);
    expect(JSON.parse(output())).toMatchObject({
      state: 'foreign',
      contents: { spec: { version: 2 }, timing: { unreadable: '{' } },
      files: { 'timing.json': 1 },
    });
  });

  it('truncates what would fill a screen by itself', async () => {
    const folder = await begin(store, runSpec());
    writeFileSync(
      join(folder, runFiles.timing),
      toJson({ list: Array(1000).fill(7), [`k${'e'.repeat(999)}`]: 1 }),
    );
    await showRun('mini', options(), context);
    expect(output()).toMatch(/^ {2}list +\[7,7,7,.*\.\.\.$/m);
    expect(output()).toMatch(/^ {2}ke+\.\.\. +1$/m);
    expect(Math.max(...printed.map((line) => line.length))).toBeLessThan(500);
  });

  it('prints names of unknown files in their place', async () => {
    const folder = await begin(store, runSpec());
    writeFileSync(join(folder, 'a\nstate: done\u009b'), '');
    await showRun('mini', options(), context);
    expect(output()).toMatch(/^ {2}a\\nstate: done\\u009b +0$/m);
  });
});

describe('diff', () => {
  it('prints only the differences, settings first and times last', async () => {
    await finish(store, seeded(1), 40);
    await finish(store, seeded(2), 41);
    await diff(
      ['mini-1shot-seed1', 'mini-1shot-seed2'],
      { ...options(), profile: 'auto', all: false },
      context,
    );
    expect(printed[0]).toContain(runId(seeded(1)));
    expect(printed.slice(1).map((line) => line.trim().split(/ +/)[0])).toEqual([
      ...['settings', 'spec.fineTune.seed'],
      ...['result', 'result.key', 'result.final.top1', 'result.evaluations'],
      ...['timing', 'timing.resultSha256'],
    ]);
    expect(output()).toMatch(/result\.final\.top1 +0\.4 +0\.41\n/);
  });

  it('prints long and hostile values side by side', async () => {
    await finish(store, seeded(1, { experiment: 'x'.repeat(500) }));
    await finish(store, seeded(2, { experiment: 'one\ntwo\u202e' }));
    await diff(
      ['mini-1shot-seed1', 'mini-1shot-seed2'],
      { ...options(), profile: 'auto', all: false },
      context,
    );
    expect(output()).toMatch(/^ {2}spec\.experiment +x{197}\.\.\. +one\\ntwo\\u202e$/m);
  });

  it('prints everything with --all', async () => {
    await finish(store, seeded(1));
    await diff(['mini', 'mini'], { ...options(), profile: 'auto', all: true }, context);
    expect(output()).toMatch(/spec\.fineTune\.momentum +0\.9 +0\.9\n/);
  });

  it('says if nothing differs', async () => {
    await finish(store, seeded(1));
    await diff(['mini', 'mini'], { ...options(), profile: 'auto', all: false }, context);
    expect(output()).toBe('The two runs are identical.');
  });

  it('prints what only one run has, in JSON too', async () => {
    await finish(store, seeded(1));
    await begin(store, seeded(2));
    const named = [runKey(seeded(1)).slice(0, 12), runKey(seeded(2)).slice(0, 12)] as const;
    await diff([...named], { ...options(), profile: 'auto', json: true, all: false }, context);
    expect(JSON.parse(output())).toMatchObject({
      state: ['done', 'interrupted'],
      'result.final.top1': [0.5, null],
    });
  });
});

describe('logs', () => {
  it('prints the log of the worker, with its last line', async () => {
    const folder = await begin(store, runSpec());
    writeFileSync(join(folder, runFiles.log), 'one\ntwo');
    await logs('mini', { ...options(), follow: false, events: false }, context);
    expect(printed).toEqual(['one', 'two']);
  });

  it('prints a line without an end in pieces, and handles CRLF', async () => {
    const folder = await begin(store, runSpec());
    writeFileSync(join(folder, runFiles.log), `one\r\n${'é😀'.repeat(40_000)}\nend`);
    await logs('mini', { ...options(), follow: false, events: false }, context, 1000);
    expect(printed[0]).toBe('one');
    expect(printed.at(-1)).toBe('end');
    expect(printed.slice(1, -1).join('')).toBe('é😀'.repeat(40_000));
    expect(Math.max(...printed.map((line) => line.length))).toBe(1000);
  });

  it('holds no more of a line than it prints at a time', async () => {
    const folder = await begin(store, runSpec());
    const file = join(folder, runFiles.log);
    writeFileSync(file, '');
    truncateSync(file, 8 * 1024 ** 2);
    let longest = 0;
    const print = (line: string): void => void (longest = Math.max(longest, line.length));
    await logs('mini', { ...options(), follow: false, events: false }, { ...context, print });
    expect(longest).toBe(64 * 1024);
  });

  it('reads on only after its output has been read', async () => {
    const folder = await begin(store, runSpec());
    writeFileSync(join(folder, runFiles.log), `${'a'.repeat(99)}\n`.repeat(2000));
    const isFull = vi.spyOn(process.stdout, 'writableNeedDrain', 'get').mockReturnValue(true);
    onTestFinished(() => {
      isFull.mockRestore();
    });
    const printing = logs('mini', { ...options(), follow: false, events: false }, context);
    await expect.poll(() => isFull.mock.calls.length).toBe(1);
    expect(printed.length).toBeLessThan(2000);
    isFull.mockReturnValue(false);
    process.stdout.emit('drain');
    await printing;
    expect(printed).toHaveLength(2000);
  });

  it('prints nothing if nothing was written', async () => {
    await begin(store, runSpec());
    await logs('mini', { ...options(), follow: false, events: true }, context);
    expect(printed).toEqual([]);
  });

  it('follows until the run ends, without splitting characters', async () => {
    const folder = await begin(store, runSpec());
    hold(folder);
    const file = join(folder, runFiles.events);
    const euro = Buffer.from('€\n');
    writeFileSync(file, Buffer.concat([Buffer.from('{"step":1}\n'), euro.subarray(0, 1)]));
    const following = logs('mini', { ...options(), follow: true, events: true }, context);
    await expect.poll(() => printed.length).toBe(1);
    appendFileSync(file, euro.subarray(1));
    await expect.poll(() => printed.length).toBe(2);
    appendFileSync(file, 'end');
    rmSync(`${folder}.lock`);
    await following;
    expect(printed).toEqual(['{"step":1}', '€', 'end']);
  });

  it('stops following when it is interrupted', async () => {
    hold(await begin(store, runSpec()));
    const stop = new AbortController();
    const following = logs(
      'mini',
      { ...options(), follow: true, events: false },
      { ...context, signal: stop.signal },
    );
    stop.abort();
    await expect(following).resolves.toBe(130);
  });
});

describe('status', () => {
  const all = (): Parameters<typeof status>[1] => ({ ...options(), profile: 'auto' });

  it('counts states and shows the progress of running runs', async () => {
    await finish(store, seeded(1));
    const folder = await begin(store, seeded(2));
    hold(folder);
    writeHeartbeat(folder, new Date());
    hold(await begin(store, seeded(3)));
    await status(undefined, all(), context);
    expect(printed[0]).toBe('3 runs: 1 done, 2 running');
    expect(output()).toMatch(
      /seed2-\w+ +rule +step 20\/500 +loss 2\.2500 +for .+ +heard from .+ ago +process 7 on here/,
    );
    expect(output()).toMatch(/seed3-\w+ +rule +waiting, or its worker has not reported yet/);
  });

  it('points out a silent worker', async () => {
    const folder = await begin(store, seeded(2));
    hold(folder);
    writeHeartbeat(folder, new Date(Date.now() - 600_000));
    await status(undefined, all(), context);
    expect(output()).toContain('SILENT for 10m');
  });

  it('shows why runs failed', async () => {
    const folder = await begin(store, seeded(2));
    writeFileSync(join(folder, runFiles.error), toJson({ message: 'out of memory' }));
    await status(undefined, all(), context);
    expect(printed[0]).toBe('1 run: 0 done, 1 failed');
    expect(output()).toContain(': out of memory');
  });

  it('keeps the reason of a failure on its line, and ignores folders that are not runs', async () => {
    const folder = await begin(store, seeded(1));
    mkdirSync(join(store.folder, 'mini\n  other: done'));
    writeFileSync(join(folder, runFiles.error), toJson({ message: 'no\n  mini: memory\r' }));
    await status(undefined, all(), context);
    expect(printed.at(-1)).toBe(String.raw`  ${runId(seeded(1))}: no\n  mini: memory\r`);
    expect(printed[0]).toBe('1 run: 0 done, 1 failed');
  });

  it('counts the runs of an experiment that were never started', async () => {
    await finish(store, seeded(1));
    const config = join(workspaceRoot, 'configs/smoke.yaml');
    await status(config, { ...all(), profile: 'embedded', json: true }, context);
    expect(JSON.parse(output())).toMatchObject({ runs: 2, done: 0, absent: 2, unfinished: [] });
  });
});

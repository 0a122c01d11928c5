import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { readRecord, runFiles, type RunRecord } from '@bit-repro/runs';
import { eventsOf, finish, plannedRun, record, seeded, temporaryStore } from '@bit-repro/runs/testing';
import { csvOf, curvesTable, parquetOf, runsTable, type Table } from '../src/index.ts';
import { runColumns } from '../src/runColumns.ts';

const run = record(plannedRun(), 42.5);

/** The sample run with other names. */
const named = (experiment: string): RunRecord => ({ ...run, spec: { ...run.spec, experiment } });

async function csv(table: Table): Promise<string> {
  const parts: string[] = [];
  for await (const part of csvOf(table)) parts.push(part);
  return parts.join('');
}

async function parquet(table: Table): Promise<Record<string, unknown>[]> {
  const { buffer } = Uint8Array.from(await parquetOf(table));
  return parquetReadObjects({ file: buffer });
}

/** Its table of curves, from a store. */
async function storedRun(top1 = 42.5): Promise<RunRecord> {
  return readRecord(await finish(temporaryStore(), seeded(3), top1, { [runFiles.events]: eventsOf(top1) }));
}

describe('the table of runs', () => {
  it('has a row for each run, with where it belongs first', async () => {
    const rows = await parquet(runsTable([run, named('other')]));
    expect(rows.map((row) => Object.values(row).slice(0, 7))).toEqual([
      ['mini-rule-1shot-seed0', 'sample', 'rule', 'cifar10', 1n, 0n, 0.425],
      ['mini-rule-1shot-seed0', 'other', 'rule', 'cifar10', 1n, 0n, 0.425],
    ]);
  });

  it('has every setting of a run as a column of its name', async () => {
    const [row] = await parquet(runsTable([run]));
    expect(Object.keys(row!)).toEqual(expect.arrayContaining(Object.keys(run.spec.fineTune)));
  });

  it('has the images that were scored, whether all or a sample was asked for', async () => {
    const { fineTune } = run.spec;
    const sampled = { ...run, spec: { ...run.spec, fineTune: { ...fineTune, testImages: 1000 } } };
    const final = { ...run.result.final, samples: 1000 };
    const rows = await parquet(runsTable([run, { ...sampled, result: { ...run.result, final } }]));
    expect(rows.map(({ testImages }) => testImages)).toEqual([BigInt(run.result.final.samples), 1000n]);
  });

  it('has no two columns of one name', () => {
    const names = runColumns.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it('has numbers as numbers, times as times and lists as text', async () => {
    const [row] = await parquet(runsTable([run]));
    expect(row).toMatchObject({
      baseLr: 0.003,
      batch: 512n,
      schedule: '100 200 300 400 500',
      startedAt: new Date('2026-01-01T00:00:00.000Z'),
      peakRssBytes: 1_000_000_000n,
      uncommittedChanges: false,
    });
  });

  it.each<[string, Partial<RunRecord['spec']['fineTune']>, string, unknown]>([
    ['no number of shots where all images are used', { shots: 'all' }, 'shots', undefined],
    ['the batch split that `auto` came to', { batchSplit: 'auto' }, 'batchSplit', 1n],
  ])('has %s', async (_what, change, column, value) => {
    const changed = { ...run, spec: { ...run.spec, fineTune: { ...run.spec.fineTune, ...change } } };
    const [row] = await parquet(runsTable([changed]));
    expect(row![column] ?? undefined).toBe(value);
  });

  it('has the same bytes for the same runs', async () => {
    const [one, other] = [await parquetOf(runsTable([run])), await parquetOf(runsTable([run]))];
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true);
  });
});

describe('the table of curves', () => {
  it('has a row for each number of each step, in the order of the steps', async () => {
    const rows = await parquet(curvesTable([await storedRun()]));
    expect(rows.map(({ seed, step, metric, value }) => [seed, step, metric, value])).toEqual([
      [3n, 1n, 'trainingLoss', 2.5],
      [3n, 1n, 'learningRate', 0],
      [3n, 2n, 'trainingLoss', 2.25],
      [3n, 2n, 'learningRate', 0],
      [3n, 3n, 'trainingLoss', 2],
      [3n, 3n, 'learningRate', 0],
      [3n, 500n, 'top1', 0.425],
      [3n, 500n, 'top5', 0.9],
      [3n, 500n, 'loss', 1.5],
    ]);
  });

  it('counts a step once that was done twice', async () => {
    const stored = await storedRun();
    const folder = join(stored.folder, '..', 'copy');
    await cp(stored.folder, folder, { recursive: true });
    const again = { kind: 'step', step: 2, steps: 3, loss: 9, learningRate: 0.5 };
    await appendFile(join(folder, runFiles.events), `${JSON.stringify(again)}\n`);
    const rows = await parquet(curvesTable([{ ...stored, folder }]));
    expect(rows.filter(({ step }) => step === 2n).map(({ value }) => value)).toEqual([9, 0.5]);
  });

  it('stops where the command is interrupted', async () => {
    const stored = await storedRun();
    const stopped = AbortSignal.abort(new Error('stop'));
    await expect(parquet(curvesTable([stored], stopped))).rejects.toThrow('stop');
  });
});

describe('CSV', () => {
  it('has names first, commas and CRLF, as RFC 4180 has it', async () => {
    const text = await csv(runsTable([run]));
    expect(text.split('\r\n').map((line) => line.split(',').slice(0, 7).join())).toEqual([
      'run,experiment,arm,dataset,shots,seed,top1',
      'mini-rule-1shot-seed0,sample,rule,cifar10,1,0,0.425',
      '',
    ]);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it.each([
    ['a comma', 'a, b', '"a, b"'],
    ['quotes', 'a "b"', '"a ""b"""'],
    ['a line break', 'a\nb', '"a\nb"'],
    ['letters of any script', '实验 ü', '实验 ü'],
  ])('quotes %s where that is needed', async (_what, experiment, cell) => {
    expect(await csv(runsTable([named(experiment)]))).toContain(`\r\nmini-rule-1shot-seed0,${cell},rule,`);
  });

  it('writes times, truth values and nothing', async () => {
    const text = await csv({
      columns: { at: 'instant', is: 'boolean', none: 'text' },
      batches: (async function* () {
        yield await Promise.resolve([{ at: new Date(0), is: false, none: null }]);
      })(),
    });
    expect(text).toBe('at,is,none\r\n1970-01-01T00:00:00.000Z,false,\r\n');
  });
});

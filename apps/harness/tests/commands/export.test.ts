import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeArchive } from '@bit-repro/archive';
import { workspaceRoot } from '@bit-repro/artifacts';
import { storeReport, type StoredReport } from '@bit-repro/report/testing';
import { runFiles } from '@bit-repro/runs';
import { begin, eventsOf, finish, seeded, temporaryStore } from '@bit-repro/runs/testing';
import { exportCommand, type ExportCommandOptions } from '../../src/commands/export.ts';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let report: StoredReport;
beforeAll(async () => {
  report = await storeReport(join(folder, 'report'));
});

let printed: string[];
beforeEach(() => {
  printed = [];
});
const context = {
  print: (line: string): void => void printed.push(...line.split('\n')),
  signal: new AbortController().signal,
};

/** Exports from a store, and returns the file. */
async function exported(
  name: string,
  named: readonly string[],
  { runs, ...more }: Partial<ExportCommandOptions> & { runs: string },
): Promise<string> {
  const file = join(mkdtempSync(join(folder, 'out-')), name);
  const options = { runs, reports: join(folder, 'reports'), profile: 'auto', set: [], ...more };
  await exportCommand(file, named, options, context);
  return file;
}

/** The first cells of the lines of a CSV file whose cells have no commas. */
const cells = (file: string, count: number): string[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(',').slice(0, count).join());

describe('a table of runs', () => {
  it('has all finished runs of the store', async () => {
    const store = temporaryStore();
    await finish(store, seeded(1), 42);
    await begin(store, seeded(2));
    const file = await exported('runs.csv', [], { runs: store.folder });
    expect(cells(file, 7)).toEqual([
      'run,experiment,arm,dataset,shots,seed,top1',
      expect.stringMatching(/^mini-1shot-seed1-\w+,sample,rule,cifar10,1,1,0\.42$/),
    ]);
    expect(printed).toEqual([expect.stringMatching(/runs\.csv: 1 run, \d+ columns$/)]);
  });

  it.each<[string, () => string]>([
    ['its page', () => report.report],
    ['its folder', () => dirname(report.report)],
  ])('has the runs of a report that is named by %s', async (_what, name) => {
    const file = await exported('runs.csv', [name()], { runs: report.runs });
    expect(cells(file, 1).slice(1)).toEqual(report.ids);
  });

  it('has the runs of a report from the archive beside it, where the store lacks them', async () => {
    const archive = join(dirname(report.report), 'runs.zip');
    await writeArchive(archive, { runs: report.ids.map((id) => join(report.runs, id)), reports: [] });
    const empty = join(folder, 'empty');
    await mkdir(empty, { recursive: true });
    const file = await exported('runs.csv', [report.report], { runs: empty });
    rmSync(archive);
    expect(cells(file, 1).slice(1)).toEqual(report.ids);
  });

  it('has a run once that is named twice', async () => {
    const [id] = report.ids;
    const file = await exported('runs.csv', [id!, id!], { runs: report.runs });
    expect(cells(file, 1).slice(1)).toEqual([id]);
  });

  it('has the curves of runs, if these are asked for', async () => {
    const store = temporaryStore();
    await finish(store, seeded(1), 42, { [runFiles.events]: eventsOf(42) });
    const file = await exported('curves.csv', [], { runs: store.folder, rows: 'curves' });
    expect(cells(file, 9).at(-1)).toMatch(/^mini-1shot-seed1-\w+,sample,rule,cifar10,1,1,500,loss,1\.5$/);
  });

  it('is written as Parquet, too', async () => {
    const file = await exported('runs.parquet', [report.report], { runs: report.runs });
    expect(readFileSync(file).subarray(-4).toString()).toBe('PAR1');
  });

  it('replaces an earlier file of its name', async () => {
    const file = await exported('runs.csv', report.ids.slice(0, 1), { runs: report.runs });
    await exportCommand(
      file,
      [report.ids[1]!],
      { runs: report.runs, reports: folder, profile: 'auto', set: [] },
      context,
    );
    expect(cells(file, 1)).toEqual(['run', report.ids[1]]);
  });
});

it('an archive has the runs of a report that is named by its folder', async () => {
  const file = await exported('runs.zip', [dirname(report.report)], { runs: report.runs });
  expect(printed).toContainEqual(expect.stringContaining(`${file}: 10 runs, 0 reports`));
});

it('the results of a report are exported as LaTeX', async () => {
  const file = await exported('fig6.tex', [report.report], { runs: report.runs });
  expect(readFileSync(file, 'utf8')).toContain(String.raw`\label{tab:fig6}`);
});

it('a folder of event files that is there stays as it is', async () => {
  const there = mkdtempSync(join(folder, 'out-'));
  await mkdir(join(there, 'x.tensorboard/mine'), { recursive: true });
  const options = { runs: report.runs, reports: folder, profile: 'auto', set: [] };
  await expect(
    exportCommand(join(there, 'x.tensorboard'), [report.report], options, context),
  ).rejects.toThrow(/There is already a .*x\.tensorboard/);
});

it.each(['runs.csv', 'runs.parquet', 'fig6.tex', 'fig6.tensorboard'])(
  'a dry run does not write %s',
  async (name) => {
    const file = await exported(name, [report.report], { runs: report.runs, dryRun: true });
    expect(() => readFileSync(file)).toThrow('ENOENT');
    expect(printed).toHaveLength(1);
  },
);

it.each<[string, string, string[], Partial<ExportCommandOptions>, RegExp]>([
  [
    'an experiment without finished runs',
    'a.csv',
    ['configs/smoke.yaml'],
    {},
    /None of the runs of .*smoke\.yaml is finished/,
  ],
  ['LaTeX of no report', 'a.tex', [], {}, /A LaTeX table is of one report, found none/],
  ['LaTeX of a run', 'a.tex', ['mini-1shot'], {}, /A LaTeX table is of one report, found mini-1shot/],
  ['LaTeX of another file', 'a.tex', ['configs/smoke.yaml'], {}, /A LaTeX table is of one report, found /],
  ['curves in an archive', 'a.zip', [], { rows: 'curves' }, /--rows is for tables/],
  [
    'a form that it does not know',
    'a.xlsx',
    [],
    {},
    /must end in \.zip, \.csv, \.parquet, \.tex, \.tensorboard/,
  ],
])('an export refuses %s', async (_what, name, named, options, message) => {
  const store = temporaryStore();
  await finish(store, seeded(1));
  const names = named.map((one) => (one.endsWith('.yaml') ? join(workspaceRoot, one) : one));
  await expect(exported(name, names, { runs: store.folder, ...options })).rejects.toThrow(message);
});

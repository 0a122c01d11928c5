import { extname, resolve } from 'node:path';
import {
  counted,
  exists,
  exitCodes,
  InputError,
  inLine,
  publishFolder,
  replaceFile,
} from '@bit-repro/artifacts';
import { csvOf, curvesTable, parquetOf, runsTable, writeEventFiles, type Table } from '@bit-repro/export';
import { latexOfReport } from '@bit-repro/report';
import type { RunRecord } from '@bit-repro/runs';
import { printJson, type CommandContext } from '@bit-repro/terminal';
import { exportArchive, wholeRunsIn, type ExportOptions } from './archive.ts';
import { engineHere } from './engineHere.ts';
import { pageNamed, runsNamed, withRunsOf } from './namedRuns.ts';
import { openStore } from './openStore.ts';
import type { ExperimentOptions } from './planOf.ts';
import { withTemporaryFolder } from './temporaryFolder.ts';

export interface ExportCommandOptions extends ExportOptions, ExperimentOptions {
  /** What the rows of a table are. Default: runs. */
  rows?: 'runs' | 'curves';
}

type Exporter = (
  file: string,
  named: readonly string[],
  options: ExportCommandOptions,
  context: CommandContext,
) => Promise<number>;

/** By the end of the file's name. */
const exporters: Record<string, Exporter> = {
  '.zip': exportArchive,
  '.csv': (...given) => exportTable(csvOf, ...given),
  '.parquet': (...given) => exportTable(parquetOf, ...given),
  '.tex': exportLatex,
  '.tensorboard': exportEvents,
};

/** Exports finished runs into one file; the end of its name says in which form. */
export async function exportCommand(...given: Parameters<Exporter>): Promise<number> {
  const [file, , { rows }] = given;
  const ending = extname(file);
  const exporter = exporters[ending];
  if (exporter === undefined) {
    throw new InputError(
      `The name of the file must end in ${Object.keys(exporters).join(', ')}, but it is ${file}`,
      'Correct the name.',
    );
  }
  if (rows !== undefined && ending !== '.csv' && ending !== '.parquet')
    throw new InputError(
      `--rows is for tables, in .csv or .parquet, but the file is ${file}`,
      'Leave it out.',
    );
  return exporter(...given);
}

async function exportTable(
  write: (table: Table) => AsyncIterable<string> | Promise<Uint8Array>,
  ...[file, named, options, context]: Parameters<Exporter>
): Promise<number> {
  const { print, signal } = context;
  await withRuns(named, options, context, async (runs) => {
    const { rows = 'runs' } = options;
    const table = rows === 'curves' ? curvesTable(runs, signal) : runsTable(runs);
    const of = rows === 'curves' ? 'the curves of ' : '';
    if (options.dryRun !== true) await replaceFile(file, await write(table), signal);
    if (options.json === true)
      printJson(print, { runs: runs.map(({ id }) => id), rows, columns: table.columns });
    print(
      `${inLine(file)}: ${of}${counted(runs.length, 'run')}, ${counted(Object.keys(table.columns).length, 'column')}`,
    );
  });
  return exitCodes.done;
}

/** Writes a folder, which must be a new one: what a folder holds that is there is not ours to remove. */
async function exportEvents(...[folder, named, options, context]: Parameters<Exporter>): Promise<number> {
  const { print, signal } = context;
  if (await exists(folder)) {
    throw new InputError(`There is already a ${folder}`, 'Remove it, or name another folder.');
  }
  await withRuns(named, options, context, async (runs) => {
    if (options.dryRun !== true) {
      const { tf } = await engineHere(context);
      await publishFolder(
        resolve(folder),
        (staging, stopped) => writeEventFiles(tf, staging, runs, stopped),
        {
          signal,
        },
      );
    }
    if (options.json === true) printJson(print, { runs: runs.map(({ id }) => id) });
    print(`${inLine(folder)}: the curves of ${counted(runs.length, 'run')}`);
  });
  return exitCodes.done;
}

/**
 * Hands over the finished runs that are named, by default all of the store, each once.
 *
 * @throws InputError if there are none.
 */
async function withRuns(
  named: readonly string[],
  options: ExportCommandOptions,
  { print }: CommandContext,
  use: (runs: readonly RunRecord[]) => Promise<void>,
): Promise<void> {
  const store = openStore(options);
  await withTemporaryFolder('export', async (scratch) => {
    const found: RunRecord[] = [];
    if (named.length === 0) found.push(...(await wholeRunsIn(store, print)));
    for (const name of named) found.push(...(await runsNamed(name, store, options, scratch)));
    if (found.length === 0) {
      throw new InputError(
        `None of the runs of ${named.join(', ')} is finished (current code)`,
        'Run it, or name the runs: `npx harness ls` also lists those of other code.',
      );
    }
    await use(distinct(found));
  });
}

/** Two names may stand for the same run of the same arm. */
const distinct = (runs: readonly RunRecord[]): RunRecord[] => [
  ...new Map(
    runs.map((run) => [JSON.stringify([run.id, run.spec.experiment, run.spec.arm.name]), run]),
  ).values(),
];

async function exportLatex(
  ...[file, named, options, { print, signal }]: Parameters<Exporter>
): Promise<number> {
  const [name] = named;
  const page = name === undefined || named.length > 1 ? undefined : await pageNamed(name);
  if (page === undefined) {
    throw new InputError(
      `A LaTeX table is of one report, found ${named.length === 0 ? 'none' : named.join(', ')}`,
      'Name the page of a report: reports/NAME/report.html.',
    );
  }
  const store = openStore(options);
  await withTemporaryFolder('export', (scratch) =>
    withRunsOf(page, store, scratch, async (html, folderOf) => {
      const latex = await latexOfReport(html, folderOf);
      if (options.dryRun !== true) await replaceFile(file, latex, signal);
    }),
  );
  if (options.json === true) printJson(print, { report: page });
  print(`${inLine(file)}: the results of ${inLine(page)}`);
  return exitCodes.done;
}

import { basename, join, relative, resolve } from 'node:path';
import { digestFile, exists, InputError, inLine, exitCodes, counted } from '@bit-repro/artifacts';
import { importArchive, type Imported, listMembers, writeArchive } from '@bit-repro/archive';
import { knownIngredients, specify } from '@bit-repro/launch';
import { planOf, type ExperimentOptions } from './planOf.ts';
import { reportFiles, runsOfReport } from '@bit-repro/report';
import {
  RunFileError,
  findRun,
  pathsAsTheyAre,
  provenanceSchema,
  readJson,
  readRecord,
  readSpec,
  runFiles,
  runId,
  type RunRecord,
  RunStore,
} from '@bit-repro/runs';
import { printJson, type CommandContext } from '@bit-repro/terminal';
import { pageNamed } from './namedRuns.ts';
import { openStore, type StoreOptions } from './openStore.ts';

export interface ArchiveOptions extends Pick<StoreOptions, 'runs'> {
  reports: string;
}

export interface ExportOptions extends ArchiveOptions {
  /** Only print what the archive would contain. */
  dryRun?: boolean;
  json?: boolean;
}

/** Folders of the runs and reports for an archive. */
interface Chosen {
  runs: Set<string>;
  reports: Set<string>;
}

/**
 * Exports finished runs, and the reports of named experiments, into one file. Without names, exports all
 * finished runs.
 */
export async function exportArchive(
  file: string,
  named: readonly string[],
  options: ExportOptions & ExperimentOptions,
  context: CommandContext,
): Promise<number> {
  const { print } = context;
  const store = openStore(options);
  const chosen: Chosen = { runs: new Set(), reports: new Set() };
  if (named.length === 0) for (const { folder } of await wholeRunsIn(store, print)) chosen.runs.add(folder);
  for (const name of named) {
    const page = await pageNamed(name);
    if (/\.ya?ml$/.test(name)) await chooseExperiment(name, store, options, chosen);
    else if (page !== undefined) await chooseRunsOf(page, store, chosen);
    else await chooseRun(name, store, chosen);
  }
  const input = { runs: [...chosen.runs], reports: [...chosen.reports] };
  const members = await listMembers(input);
  const bytes = members.reduce((sum, member) => sum + member.bytes, 0);
  const held = `${counted(input.runs.length, 'run')}, ${counted(input.reports.length, 'report')}, ${counted(members.length, 'file')}`;
  print(
    `${held}, ${counted(bytes, 'byte')} in total\nThey name the machines that made them: hosts, processors, GPUs and paths in runs and logs.`,
  );
  const records: Pick<RunRecord, 'spec' | 'provenance'>[] = [];
  for (const folder of input.runs) {
    const provenance = await readJson(folder, runFiles.provenance, provenanceSchema);
    records.push({ spec: await readSpec(folder), provenance });
  }
  const paths = pathsAsTheyAre(records);
  if (paths.length > 0)
    print(inLine(`Paths outside the home folder and the workspace stand there in full: ${paths.join(', ')}`));
  if (options.json === true) {
    printJson(print, {
      runs: input.runs.map((folder) => basename(folder)),
      reports: input.reports.map((folder) => basename(folder)),
      files: members.length,
      bytes,
      paths,
    });
  }
  if (options.dryRun === true) return exitCodes.done;
  await writeArchive(file, input, context.signal);
  print(`${file}: ${held}\nsha256 ${await digestFile(file, 'sha256')}`);
  return exitCodes.done;
}

/** Imports the runs and reports of an archive. Fails if existing ones differ. */
export async function importCommand(
  file: string,
  options: ArchiveOptions,
  { print, signal }: CommandContext,
): Promise<number> {
  const store = new RunStore(resolve(options.runs));
  const { runs, reports } = await importArchive(file, store, resolve(options.reports), signal);
  const printCounts = (
    what: string,
    items: readonly Imported[],
    outcomes: readonly Imported['outcome'][],
  ): void => {
    const counts = outcomes.map(
      (outcome) => `${items.filter((item) => item.outcome === outcome).length} ${outcome}`,
    );
    print(`${counted(items.length, what)}: ${counts.join(', ')}`);
  };
  printCounts('run', runs, ['imported', 'already present', 'kept']);
  if (reports.length > 0)
    printCounts('report', reports, ['imported', 'already present', 'kept', 'not imported']);
  for (const { name, remark } of runs.filter(({ outcome }) => outcome === 'kept'))
    print(
      remark === undefined
        ? `${name} exists with a different result and was kept. Use \`npx harness import --runs FOLDER\` to import into another store.`
        : `${name} is not finished here and was kept: ${remark}. Run the command again when it has ended.`,
    );
  for (const report of reports) {
    const line = aboutReport(report);
    if (line !== undefined) print(line);
  }
  const isWhole = [...runs, ...reports].every(
    ({ outcome }) => outcome === 'imported' || outcome === 'already present',
  );
  return isWhole ? exitCodes.done : exitCodes.failed;
}

function aboutReport({ name, outcome, remark }: Imported): string | undefined {
  switch (outcome) {
    case 'kept':
      return `reports/${name} exists with different numbers or files and was kept (${remark ?? ''}). Use \`npx harness import --reports FOLDER\` to import it elsewhere.`;
    case 'not imported':
      return `reports/${name} was not imported: ${remark ?? ''}`;
    default:
      return remark === undefined ? undefined : `reports/${name}: ${remark}`;
  }
}

/**
 * Every finished run of the store that is intact; prints those that are not or cannot be read.
 *
 * @throws InputError if there is none.
 */
export async function wholeRunsIn(store: RunStore, print: CommandContext['print']): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const { id, folder, state } of await store.list()) {
    if (state !== 'done' && state !== 'damaged' && state !== 'unreadable') continue;
    try {
      records.push(await readRecord(folder));
    } catch (error) {
      if (!(error instanceof RunFileError)) throw error;
      print(`left out ${inLine(id)}: ${inLine(error.message)}`);
    }
  }
  if (records.length === 0) {
    throw new InputError(`There are no finished runs in ${store.folder}`, 'Run an experiment first.');
  }
  return records;
}

async function chooseExperiment(
  configFile: string,
  store: RunStore,
  options: ArchiveOptions & ExperimentOptions,
  chosen: Chosen,
): Promise<void> {
  const plan = await planOf(configFile, options);
  const { runs } = await specify(plan, await knownIngredients(plan));
  const states = await Promise.all(runs.map(({ spec }) => store.state(spec, 'everything')));
  const done = runs.filter((_, index) => states[index]!.kind === 'done');
  if (done.length === 0) {
    throw new InputError(
      `None of the ${runs.length} runs of ${configFile} is finished (profile ${plan.profile}, current code)`,
      'Run it, or name the runs: `npx harness ls` also lists those of other code.',
    );
  }
  for (const { spec } of done) chosen.runs.add(join(store.folder, runId(spec)));
  const report = resolve(options.reports, plan.experiment.name);
  if (await exists(join(report, reportFiles.data))) chosen.reports.add(report);
}

/** Chooses the runs of a report, whatever code made them. */
async function chooseRunsOf(page: string, store: RunStore, chosen: Chosen): Promise<void> {
  for (const id of await runsOfReport(page)) await chooseRun(id, store, chosen);
}

async function chooseRun(named: string, store: RunStore, { runs }: Chosen): Promise<void> {
  const folder = join(store.folder, findRun(await store.ids(), named));
  await readRecord(folder).catch((cause: unknown) => {
    if (!(cause instanceof RunFileError)) throw cause;
    throw new RunFileError(
      cause.kind,
      `The run in ${relative('.', folder)} cannot be exported: ${cause.message}`,
      { cause },
    );
  });
  runs.add(folder);
}

import { mkdtemp, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { exists } from '@bit-repro/artifacts';
import { unpackArchive } from '@bit-repro/archive';
import { knownIngredients, specify } from '@bit-repro/launch';
import { readPage, recordsOfReport, reportFiles } from '@bit-repro/report';
import { findRun, readRecord, runId, type RunRecord, type RunSpec, type RunStore } from '@bit-repro/runs';
import { archiveBeside } from './archiveBeside.ts';
import { planOf, type ExperimentOptions } from './planOf.ts';

/** What the command line can name runs by. */
type NamedKind = 'experiment' | 'report' | 'archive' | 'run';

/** The page of a report that is named by it or by its folder; undefined if this names no report. */
export async function pageNamed(name: string): Promise<string | undefined> {
  if (extname(name) === '.html') return name;
  const page = join(name, reportFiles.html);
  const isFolder = await stat(name).then(
    (status) => status.isDirectory(),
    () => false,
  );
  return isFolder && (await exists(page)) ? page : undefined;
}

export async function kindOf(name: string): Promise<NamedKind> {
  if (/\.ya?ml$/.test(name)) return 'experiment';
  if (extname(name) === '.zip') return 'archive';
  return (await pageNamed(name)) === undefined ? 'run' : 'report';
}

/**
 * The finished runs that a name stands for: those of an experiment by the current code, of a report, of an archive, or one run. Runs of
 * an experiment or a report have the names that this gives them, whichever made them first.
 *
 * @param scratch a folder that archives are unpacked into.
 * @throws InputError if there is no such thing; RunFileError or ExplainedError if a run is not as it was.
 */
export async function runsNamed(
  name: string,
  store: RunStore,
  options: ExperimentOptions,
  scratch: string,
): Promise<RunRecord[]> {
  switch (await kindOf(name)) {
    case 'experiment':
      return recordsOf(await specsOf(name, options), store);
    case 'report':
      return withRunsOf((await pageNamed(name))!, store, scratch, (html, folderOf) =>
        recordsOfReport(html, folderOf),
      );
    case 'archive': {
      const folder = await mkdtemp(join(scratch, 'archive-'));
      const { runs } = await unpackArchive(name, folder);
      return readAll(runs.map((id) => join(folder, 'runs', id)));
    }
    default:
      return readAll([join(store.folder, findRun(await store.ids(), name))]);
  }
}

/** The specifications of an experiment’s runs, finished or not. Fetches nothing. */
export async function specsOf(configFile: string, options: ExperimentOptions): Promise<RunSpec[]> {
  const plan = await planOf(configFile, options);
  const { runs } = await specify(plan, await knownIngredients(plan));
  return runs.map(({ spec }) => spec);
}

/** The finished ones of these runs. */
export async function recordsOf(specs: readonly RunSpec[], store: RunStore): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const spec of specs) {
    if ((await store.state(spec, 'everything')).kind !== 'done') continue;
    const { experiment, arm } = spec;
    const record = await readRecord(join(store.folder, runId(spec)));
    records.push({ ...record, spec: { ...record.spec, experiment, arm } });
  }
  return records;
}

/** Hands over a report's page and where its runs are: in the store, or else in `runs.zip` beside the page. */
export async function withRunsOf<T>(
  page: string,
  store: RunStore,
  scratch: string,
  use: (html: string, folderOf: (id: string) => string) => Promise<T>,
): Promise<T> {
  const html = await readPage(page);
  const archive = await archiveBeside(page, store.folder);
  if (archive === undefined) return use(html, (id) => join(store.folder, id));
  const folder = await mkdtemp(join(scratch, 'report-'));
  await unpackArchive(archive, folder);
  return use(html, (id) => join(folder, 'runs', id));
}

async function readAll(folders: readonly string[]): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const folder of folders) records.push(await readRecord(folder));
  return records;
}

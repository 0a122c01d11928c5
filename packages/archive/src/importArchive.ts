import { readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exists, flush, flushTree, isLocked, withLock } from '@bit-repro/artifacts';
import {
  RunFileError,
  makeStore,
  readRecord,
  runFiles,
  runId,
  type RunStore,
  moveToTrash,
  workerLockOf,
} from '@bit-repro/runs';
import type { Imported } from './imported.ts';
import { namesIn } from './manifest.ts';
import { readArchive } from './readArchive.ts';
import { remadeFrom, takeReport } from './takeReport.ts';
import { inStaging, requireWritable } from './staging.ts';

export interface ImportOutcome {
  runs: Imported[];
  reports: Imported[];
}

/**
 * Imports the runs and reports of an archive, after checking all of it. What already exists stays: a finished
 * run with the same key but a different result is `kept`, and so is a report of the same name with other
 * numbers. Reports are not copied but rebuilt from their runs; a report that cannot be rebuilt is left out.
 *
 * @throws InputError if the archive is invalid, RunFileError if one of its runs is; nothing is imported then.
 * @throws OutsideError if the store or the folder of reports cannot be written.
 */
export async function importArchive(
  file: string,
  store: RunStore,
  reportsFolder: string,
  outer?: AbortSignal,
): Promise<ImportOutcome> {
  await requireWritable(store.folder, '--runs');
  await makeStore(store.folder);
  const take = async (staging: string, signal: AbortSignal): Promise<ImportOutcome> => {
    const { runs, reports } = await unpackArchive(file, staging, signal);
    if (reports.length > 0) await requireWritable(reportsFolder, '--reports');
    // Before the runs are moved. If the store has other files of a run, the report is rebuilt from those of
    // the archive.
    const folderOf = (id: string): string =>
      runs.includes(id) ? join(staging, 'runs', id) : join(store.folder, id);
    const remade = [];
    for (const name of reports) remade.push(await remadeFrom(join(staging, 'reports', name), folderOf));
    const outcome: ImportOutcome = { runs: [], reports: [] };
    for (const id of runs) {
      signal.throwIfAborted();
      outcome.runs.push({ name: id, ...(await takeRun(join(staging, 'runs', id), store.folder)) });
    }
    for (const report of remade) outcome.reports.push(await takeReport(report, reportsFolder));
    return outcome;
  };
  return inStaging(store.folder, take, outer);
}

/**
 * Unpacks an archive into an empty folder, its runs into `runs`, its reports into `reports`, and returns
 * their names.
 *
 * @throws InputError if the archive is invalid, RunFileError if one of its runs is.
 */
export async function unpackArchive(
  file: string,
  folder: string,
  signal?: AbortSignal,
): Promise<ReturnType<typeof namesIn>> {
  const names = namesIn(await readArchive(file, folder, signal));
  for (const id of names.runs) {
    signal?.throwIfAborted();
    await requireSound(join(folder, 'runs', id), file);
  }
  return names;
}

async function requireSound(folder: string, file: string): Promise<void> {
  const id = basename(folder);
  try {
    const { spec } = await readRecord(folder);
    if (runId(spec) === id) return;
    throw new RunFileError('damaged', `its specification is that of ${runId(spec)}`);
  } catch (cause) {
    if (!(cause instanceof RunFileError)) throw cause;
    throw new RunFileError(cause.kind, `The run ${id} in ${file} cannot be imported: ${cause.message}`, {
      cause,
    });
  }
}

/**
 * Moves a run into the store after flushing it. An unfinished or damaged run in its place is moved to the
 * trash.
 */
async function takeRun(from: string, store: string): Promise<Pick<Imported, 'outcome' | 'remark'>> {
  const to = join(store, basename(from));
  await flushTree(from);
  return withLock(to, async (_lost, { requireHeld }) => {
    if (await isToStay(to)) return { outcome: (await haveSameResult(from, to)) ? 'already present' : 'kept' };
    if (await isLocked(workerLockOf(to))) return { outcome: 'kept', remark: 'a worker is working on it' };
    requireHeld();
    if (await exists(to)) await moveToTrash(store, to, 'replaced by a finished run from an archive');
    requireHeld();
    await rename(from, to);
    await flush(dirname(to));
    return { outcome: 'imported' };
  });
}

/** Whether an existing run counts as finished. */
async function isToStay(folder: string): Promise<boolean> {
  if (!(await exists(join(folder, runFiles.result)))) return false;
  return readRecord(folder).then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof RunFileError) || error.kind === 'unreadable') throw error;
      return error.kind === 'foreign';
    },
  );
}

async function haveSameResult(one: string, other: string): Promise<boolean> {
  const [left, right] = await Promise.all(
    [one, other].map((folder) => readFile(join(folder, runFiles.result))),
  );
  return left!.equals(right!);
}

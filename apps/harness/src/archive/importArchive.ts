import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exists, withLock } from '@bit-repro/artifacts';
import { reportFiles } from '../report/index.ts';
import { RunFileError } from '../store/errors.ts';
import { readRecord } from '../store/readRun.ts';
import { runFiles } from '../store/records.ts';
import { runId } from '../store/runKey.ts';
import type { RunStore } from '../store/runStore.ts';
import { ArchiveError } from './errors.ts';
import { namesIn } from './manifest.ts';
import { readArchive } from './readArchive.ts';

/** What became of a run or a report of an archive. */
export interface Imported {
  name: string;
  outcome: 'imported' | 'there already' | 'kept';
}

export interface ImportOutcome {
  runs: Imported[];
  reports: Imported[];
}

/**
 * Takes the runs and reports of an archive over, once all of it has proved sound. What is there already stays: a finished run
 * of the same key is `kept` where its result differs, and so is a report of the same name with other numbers.
 *
 * @throws ArchiveError when the archive, or a run in it, is not sound; nothing is taken over then.
 */
export async function importArchive(
  file: string,
  store: RunStore,
  reportsFolder: string,
): Promise<ImportOutcome> {
  await mkdir(store.folder, { recursive: true });
  // Beside the runs, so that they can be moved in at once; the dot keeps it from being taken for one.
  const staging = join(store.folder, `.import-${randomUUID()}`);
  try {
    await mkdir(staging);
    const { runs, reports } = namesIn(await readArchive(file, staging));
    for (const id of runs) await requireSound(join(staging, 'runs', id), file);
    const outcome: ImportOutcome = { runs: [], reports: [] };
    for (const id of runs) {
      outcome.runs.push({
        name: id,
        outcome: await takeRun(join(staging, 'runs', id), join(store.folder, id)),
      });
    }
    for (const name of reports) {
      const taken = await takeReport(join(staging, 'reports', name), join(reportsFolder, name));
      outcome.reports.push({ name, outcome: taken });
    }
    return outcome;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function requireSound(folder: string, file: string): Promise<void> {
  const id = basename(folder);
  try {
    const { spec } = await readRecord(folder);
    if (runId(spec) === id) return;
    throw new RunFileError('damaged', `its specification is that of ${runId(spec)}`);
  } catch (cause) {
    if (!(cause instanceof RunFileError)) throw cause;
    throw new ArchiveError(
      `Expected a finished run ${id} in ${file}, found that ${cause.message}`,
      cause.remedy,
      { cause },
    );
  }
}

function takeRun(from: string, to: string): Promise<Imported['outcome']> {
  return withLock(to, async () => {
    if (await exists(join(to, runFiles.result))) {
      const isSound = await readRecord(to).then(
        () => true,
        () => false,
      );
      if (isSound) return (await haveSame(from, to, runFiles.result)) ? 'there already' : 'kept';
    }
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
    return 'imported';
  });
}

async function takeReport(from: string, to: string): Promise<Imported['outcome']> {
  if (await exists(to)) return (await haveSame(from, to, reportFiles.data)) ? 'there already' : 'kept';
  await cp(from, to, { recursive: true, errorOnExist: true });
  return 'imported';
}

async function haveSame(one: string, other: string, name: string): Promise<boolean> {
  const [left, right] = await Promise.all(
    [one, other].map((folder) => readFile(join(folder, name)).catch(() => Buffer.alloc(0))),
  );
  return left!.equals(right!);
}

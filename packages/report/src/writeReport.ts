import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ExplainedError,
  explainFileError,
  removeStaged,
  stagingOf,
  withLock,
  writeFileAtomic,
} from '@bit-repro/artifacts';
import { reportFileNames, reportFiles } from './reportFiles.ts';
import { renderReport } from './renderReport.ts';
import type { ReportData } from './reportData.ts';
import type { ReportInput } from './reportInput.ts';

/**
 * Writes the report of an experiment into `folder` and returns its numbers. It names the runs that are missing. The same
 * input gives the same bytes; a file is replaced only by a whole one, by one process at a time, and what killed ones left of
 * them is removed.
 *
 * @throws OutsideError when a file cannot be written; ExplainedError when runs do not belong together.
 */
export async function writeReport(input: ReportInput, folder: string): Promise<ReportData> {
  const { data, files } = await renderReport(input);
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw explainFileError(cause, 'make', folder);
  });
  await withLock(folder, async (_lost, { requireHeld }) => {
    await removeStaged(folder, reportFileNames);
    for (const [name, content] of files) {
      requireHeld();
      await writeFileAtomic(join(folder, name), content);
    }
    requireHeld();
    const stale = reportFileNames.filter((name) => !files.has(name));
    await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })));
  });
  return data;
}

/** Why a report could not be written into a folder, which is made; undefined where it can. */
export async function whyUnwritable(folder: string): Promise<ExplainedError | undefined> {
  try {
    await mkdir(folder, { recursive: true });
    // Named like the leftover of a killed writer, which the report removes.
    const probe = stagingOf(join(folder, reportFiles.html));
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
    return undefined;
  } catch (cause) {
    const error = explainFileError(cause, 'write', folder);
    if (!(error instanceof ExplainedError)) throw error;
    return error;
  }
}

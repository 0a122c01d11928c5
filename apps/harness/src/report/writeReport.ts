import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { reportFileNames } from './reportFiles.ts';
import { renderReport } from './renderReport.ts';
import type { ReportData, ReportInput } from './reportData.ts';

/**
 * Writes the report of an experiment into `folder` and returns its numbers. Runs that are missing are told in it. The same
 * input gives the same bytes; a file is replaced only by a whole one.
 *
 * @throws ArtifactError when a file cannot be written; ReportError when runs do not belong together.
 */
export async function writeReport(input: ReportInput, folder: string): Promise<ReportData> {
  const { data, files } = await renderReport(input);
  for (const [name, content] of files) await writeFileAtomic(join(folder, name), content);
  const stale = reportFileNames.filter((name) => !files.has(name));
  await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })));
  return data;
}

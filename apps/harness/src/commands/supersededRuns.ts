import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exists } from '@bit-repro/artifacts';
import { reportFiles, runsOfReport } from '@bit-repro/report';
import { plannedLately, supersededIn, type RunStore, type RunSummary } from '@bit-repro/runs';

/**
 * Finished runs that later ones replace, by ID, each with the latest of these. Not those that a report in the folder, or the newest plan of
 * an experiment refers to.
 *
 * @throws InputError or RunFileError if one of these cannot be read: nobody can tell what it refers to.
 */
export async function supersededRuns(
  store: RunStore,
  runs: readonly RunSummary[],
  reports: string | undefined,
): Promise<ReturnType<typeof supersededIn>> {
  const candidates = supersededIn(runs, new Set());
  if (candidates.size === 0) return candidates;
  const referred = await plannedLately(store.folder);
  for (const page of reports === undefined ? [] : await pagesIn(resolve(reports)))
    for (const id of await runsOfReport(page)) referred.add(id);
  return supersededIn(runs, referred);
}

async function pagesIn(reports: string): Promise<string[]> {
  if (!(await exists(reports))) return [];
  const items = await readdir(reports, { withFileTypes: true });
  const pages = items
    .filter((item) => item.isDirectory())
    .map(({ name }) => join(reports, name, reportFiles.html));
  const areThere = await Promise.all(pages.map(exists));
  return pages.filter((_, index) => areThere[index]);
}

import { dirname, join } from 'node:path';
import { exists } from '@bit-repro/artifacts';
import { runsOfReport } from '@bit-repro/report';

/** What a report's archive of its runs is called, in its folder. */
const archiveOfRuns = 'runs.zip';

/** The report's own archive of its runs, where the store lacks some of them. */
export async function archiveBeside(page: string, store: string): Promise<string | undefined> {
  const archive = join(dirname(page), archiveOfRuns);
  if (!(await exists(archive))) return undefined;
  for (const id of await runsOfReport(page)) if (!(await exists(join(store, id)))) return archive;
  return undefined;
}

import { dirname, join, relative } from 'node:path';
import { loadTarget, referenceModel } from '@bit-repro/experiment';
import { taskCell } from '../progress/names.ts';
import {
  findLeftOut,
  readExtras,
  reportFiles,
  writeReport,
  writeReportIndex,
  type ReportData,
  type ReportInput,
} from '@bit-repro/report';
import { pathsAsTheyAre, redact, type RunStore } from '@bit-repro/runs';
import { counted, inLine } from '@bit-repro/artifacts';

/** Writes the report, prints a summary of its groups, and returns its numbers. */
export async function reportRuns(
  input: Omit<ReportInput, 'target' | 'extras' | 'leftOut'> & { store: RunStore; folder: string },
  print: (line: string) => void,
): Promise<ReportData> {
  const { store, folder, failures = [], ...given } = input;
  const rest = {
    ...given,
    failures: failures.map(({ run, reason }) => ({ run, reason: redact(reason) })),
    extras: await readExtras(input.records),
    leftOut: await findLeftOut(store, input.planned, input.records),
  };
  const { target } = input.experiment;
  const data = await writeReport(
    target === undefined ? rest : { ...rest, target: await loadTarget(target) },
    folder,
  );
  await writeReportIndex(dirname(folder));
  print('');
  for (const { arm, summary, runs, missing, ...task } of data.groups) {
    const numbers =
      summary === undefined
        ? 'no runs yet'
        : `median ${summary.median.toFixed(2)} %, mean ${summary.mean.toFixed(2)} % (${counted(runs.length, 'run')}${missing > 0 ? `, ${missing} missing` : ''})`;
    print(`${taskCell(task, data.tasks)}  ${inLine(arm)}: ${numbers}`);
  }
  if (data.target !== undefined && !data.comparable) {
    print(
      data.groups.some(({ testImages }) => testImages !== undefined)
        ? `These accuracies are of a sample of the test images: they are not comparable with those of ${data.target.claims.title}.`
        : `The network is not the published ${referenceModel(data.target)}: these numbers are not comparable with those of ${data.target.claims.title}.`,
    );
  }
  print(`\nreport  ${relative(process.cwd(), join(folder, reportFiles.html)) || folder}`);
  const paths = pathsAsTheyAre(input.records);
  if (paths.length > 0)
    print(inLine(`        names ${paths.join(', ')} (docs/run-store.md, What leaves this machine)`));
  return data;
}

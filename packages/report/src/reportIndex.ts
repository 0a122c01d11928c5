import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, replaceFile } from '@bit-repro/artifacts';
import { datasetTitle } from '@bit-repro/data';
import { reportFiles } from './reportFiles.ts';
import { readSummary, type ReportSummary } from './reportSummary.ts';
import { hasSeveralDatasets } from './task.ts';
import { fillIn } from './templates.ts';

const template = `# Reports

Written by \`harness run\`: what each experiment came to on the machine that ran it. Every report states the commit, data,
weights and machine that made it, and \`npx harness verify reports/NAME/report.html\` recomputes it from its runs.

| Report | Profile | Runs | Networks | Verdict on the paper |
| --- | --- | ---: | --- | --- |
{{#each reports}}
| [{{title}}]({{link}}) | {{profile}} | {{runs}} | {{networks}} | {{verdict}} |
{{/each}}
`;

/** Writes the list of the reports in a folder, as its README.md. A report that cannot be read is listed without numbers. */
export async function writeReportIndex(folder: string): Promise<void> {
  const items = await readdir(folder, { withFileTypes: true });
  const names = items
    .filter((item) => item.isDirectory() && !item.name.startsWith('.'))
    .map(({ name }) => name);
  const reports: object[] = [];
  for (const name of names.sort()) {
    if (await exists(join(folder, name, reportFiles.data))) reports.push(await rowOf(folder, name));
  }
  await replaceFile(join(folder, 'README.md'), fillIn('md', template, { reports }));
}

async function rowOf(folder: string, name: string): Promise<object> {
  const link = `${name}/${reportFiles.markdown}`;
  const summary = await readSummary(join(folder, name)).catch(() => undefined);
  if (summary === undefined) {
    const unknown = { profile: '–', runs: '–', networks: '–', verdict: 'written by another version' };
    return { title: name, link, ...unknown };
  }
  const { title, profile, planned, missing, networks } = summary;
  return {
    title,
    link,
    profile: profile.name,
    runs: `${planned - missing.length} of ${planned}`,
    networks: networks.join('; '),
    verdict: verdictOf(summary),
  };
}

function verdictOf({ comparable, verdicts }: Pick<ReportSummary, 'comparable' | 'verdicts'>): string {
  const ours = verdicts.filter(({ who }) => 'arm' in who);
  if (ours.length > 0) {
    return ours
      .map(({ dataset, shots, judgement }) => {
        const data = hasSeveralDatasets(ours) ? `${datasetTitle(dataset)}, ` : '';
        return `${data}${shots} shot: ${judgement?.verdict ?? 'not judged yet'}`;
      })
      .join('; ');
  }
  return comparable ? 'none' : 'not applicable: not the paper’s network';
}

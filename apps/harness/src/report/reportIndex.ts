import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, writeFileAtomic } from '@bit-repro/artifacts';
import { reportFiles } from './reportFiles.ts';
import { readSummary, type ReportSummary } from './reportSummary.ts';
import { fillIn } from './templates.ts';

const template = `# Reports

Written by \`harness run\`: what each experiment came to on the machine that ran it. Every report states the commit, data,
weights and machine that made it, and \`npx harness verify reports/NAME/report.html\` works it out again from its runs.

| Report | Profile | Runs | Networks | Verdict on the paper |
| --- | --- | ---: | --- | --- |
{{#each reports}}
| [{{title}}]({{link}}) | {{profile}} | {{done}} of {{planned}} | {{networks}} | {{verdict}} |
{{/each}}
`;

/** Writes the list of the reports in a folder, as its README.md. @throws HarnessError when a report's numbers cannot be read. */
export async function writeReportIndex(folder: string): Promise<void> {
  const names = (await readdir(folder)).sort();
  const reports: object[] = [];
  for (const name of names) {
    if (!(await exists(join(folder, name, reportFiles.data)))) continue;
    const { title, profile, planned, missing, networks, ...summary } = await readSummary(join(folder, name));
    reports.push({
      title,
      link: `${name}/${reportFiles.markdown}`,
      profile: profile.name,
      done: planned - missing.length,
      planned,
      networks: networks.join('; '),
      verdict: verdictOf(summary),
    });
  }
  await writeFileAtomic(join(folder, 'README.md'), fillIn('md', template, { reports }));
}

function verdictOf({ comparable, verdicts }: Pick<ReportSummary, 'comparable' | 'verdicts'>): string {
  const ours = verdicts.filter(({ who }) => 'arm' in who);
  if (ours.length > 0) {
    return ours.map(({ shots, judgement }) => `${shots} shot: ${judgement.verdict}`).join('; ');
  }
  return comparable ? 'none' : 'not applicable: not the paper’s network';
}

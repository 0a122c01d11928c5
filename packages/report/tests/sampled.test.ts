import { beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../src/renderReport.ts';
import { buildReportData, type ReportData } from '../src/reportData.ts';
import { madeUpInput } from '../testing/sample.ts';

let data: ReportData;
let markdown: string;
beforeAll(async () => {
  const input = await madeUpInput('fig6', 'paper', () => 524, ['settings.testImages=1000']);
  data = buildReportData(input);
  markdown = String((await renderReport(input)).files.get('report.md'));
});

describe('a report of runs of the paper’s network that are scored on a sample of the test images', () => {
  it('judges none of them', () => {
    expect(data.verdicts.filter(({ who }) => 'arm' in who)).toEqual([]);
    expect(data.comparable).toBe(false);
  });

  it('says so beside the takeaway and in the settings', () => {
    expect(markdown).toContain(
      'The accuracies are of 1,000 of the 10,000 test images of CIFAR-10, evenly spread. They are not held to published ones, which are of all.',
    );
    expect(markdown).toContain(
      'These runs are scored on a sample of the test images: they say nothing for or against the paper’s claim.',
    );
    expect(markdown).toContain('| Test images scored | all |');
    expect(markdown).not.toContain('whole test set, in percent');
  });
});

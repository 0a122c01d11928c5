import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTarget } from '@bit-repro/experiment';
import type { ReportInput } from '../src/reportInput.ts';
import { figureSpec } from '../src/figureSpec.ts';
import { buildReportData, type ReportData } from '../src/reportData.ts';
import { renderReport } from '../src/renderReport.ts';
import { likeThePaper, madeUpInput } from '../testing/sample.ts';

/** Published numbers that no other file of this project knows of. */
const target = `
name: another-paper
title: Another paper’s Table 2
metric: top1-percent
figure: { title: Table 2 of another paper, x: [R50x3, R101x3], series: { BiT-M: ImageNet-21k } }
claims:
  source: table-2
  title: Table 2
  label: Table 2
  citation: Nobody et al., a paper for this test.
  dataset: cifar10
  recipe: bit-hyperrule
  statistic: mean
  n: 3
  notes: [Its three seeds are not known.]
  results:
    - { shots: 1, model: BiT-M-R50x3, value: 51, readingError: 0.5 }
    - { shots: 5, model: BiT-M-R50x3, value: 86 }
    - { shots: 5, model: BiT-M-R101x3, value: 87 }
series:
  - source: workshop
    title: A workshop’s re-run
    label: Workshop
    citation: Somebody, at a workshop.
    dataset: cifar10
    statistic: median
    settings: { baseLr: 0.01, momentum: 0.8 }
    results:
      - { shots: 5, model: BiT-M-R50x3, value: 84.5, range: [80, 88] }
`;

let input: ReportInput;
let data: ReportData;
let files: Awaited<ReturnType<typeof renderReport>>['files'];
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'target-'));
  const file = join(folder, 'another-paper.yaml');
  await writeFile(file, target);
  const sample = await madeUpInput('fig6', 'paper', likeThePaper);
  const experiment = { ...sample.experiment, title: 'Table 2', description: 'A re-run of Table 2.' };
  input = { ...sample, experiment, target: await readTarget(file) };
  await rm(folder, { recursive: true });
  data = buildReportData(input);
  ({ files } = await renderReport(input));
});

const markdown = (): string => String(files.get('report.md'));

describe('a report on published numbers that the code has never seen', () => {
  it('says what is claimed, by the statistic that is given', () => {
    expect(markdown()).toContain(
      'Fine-tuned on CIFAR-10, BiT-M-R50x3 reaches a mean top-1 accuracy of 51.0 % (±0.5) with 1 example per class and 86.0 % with 5 examples per class.',
    );
  });

  it('judges the runs against the claims', () => {
    const ours = data.verdicts.flatMap(({ who, shots, claim }) =>
      'arm' in who ? [[shots, claim.value]] : [],
    );
    expect(ours).toEqual([
      [1, 51],
      [5, 86],
    ]);
  });

  it('has the claims and what others got in the table of results', () => {
    expect(markdown()).toContain('| Table 2 | BiT-M-R50x3 | – | – | 86.00 | – | – | – | – | – |');
    expect(markdown()).toContain(
      '| A workshop’s re-run | BiT-M-R50x3 | – | 84.50 | – | – | – | – | 80.00 – 88.00 | – |',
    );
  });

  it('has the settings of others beside the paper’s', () => {
    expect(markdown()).toContain(
      '| Setting | Table 2 (BiT-HyperRule) | A workshop’s re-run | BiT-HyperRule |',
    );
    expect(markdown()).toContain('| Momentum | 0.9 | 0.8 | 0.9 |');
  });

  it('has the panels of the published figure, and its sources in the legend', () => {
    const spec = JSON.stringify(figureSpec(data));
    expect(spec).toContain('CIFAR-10 in Table 2 of another paper, with other reproductions and this one');
    expect(spec).toContain(String.raw`[[\"R50x3\"],[\"R101x3\"]]`);
    expect(spec).toContain('Table 2, BiT-M (ImageNet-21k): means');
    expect(spec).toContain('A workshop’s re-run: median');
  });

  it('names the notes and citations of its sources, and nothing of another figure', () => {
    expect(markdown()).toContain('- Its three seeds are not known.');
    expect(markdown()).toContain('Table 2: Nobody et al., a paper for this test.');
    expect(markdown()).not.toMatch(/eproduction of 2021|Figure 6 of/);
  });

  it('judges only runs of its recipe, which stands beside ours', () => {
    const { claims } = input.target!;
    const recipe = { schedule: { supports: [10, 20, 30, 40, 50] } };
    const other = buildReportData({ ...input, target: { ...input.target!, claims: { ...claims, recipe } } });
    expect(other.verdicts).toEqual([]);
    expect(other.settings.find(({ setting }) => setting.startsWith('Schedule'))).toMatchObject({
      paper: '10, 20, 30, 40, 50',
      arms: [{ value: '100, 200, 300, 400, 500', differs: true }],
    });
    expect(markdown()).toContain(
      'Of the 3 results that Table 2 gives as means, 2 were judged, by the mean of the runs.',
    );
  });
});

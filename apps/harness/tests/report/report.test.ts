import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTarget, type Experiment, type Target } from '../../src/config/index.ts';
import type { PlannedRun } from '../../src/plan/index.ts';
import { figureSpec } from '../../src/report/figureSpec.ts';
import { writeReport, type ReportInput } from '../../src/report/index.ts';
import { renderPng, renderSvg } from '../../src/report/renderFigure.ts';
import { buildReportData } from '../../src/report/reportData.ts';
import { escapeMarkdown } from '../../src/report/templates.ts';
import { plannedRun, record } from '../sampleRuns.ts';

let target: Target;
beforeAll(async () => {
  target = await loadTarget('figure6');
});

const experiment = (change: Partial<Experiment> = {}): Experiment => ({
  file: 'configs/sample.yaml',
  name: 'sample',
  title: 'A sample',
  dataset: 'cifar10',
  profiles: [],
  ...change,
});

const seeds = [40, 50, 62];
const planned = seeds.map((_, seed) => plannedRun({ seed }));
const input = (change: Partial<ReportInput> = {}): ReportInput => ({
  experiment: experiment(),
  profile: 'embedded',
  planned,
  records: planned.map((run, index) => record(run, seeds[index]!)),
  target,
  ...change,
});
const published = (run: PlannedRun): PlannedRun => ({
  ...run,
  model: 'BiT-M-R50x3',
  weights: { kind: 'published', name: 'BiT-M-R50x3' },
});

describe('the numbers of a report', () => {
  it('summarise the runs of each arm and number of shots, in percent', () => {
    const [group] = buildReportData(input()).groups;
    expect(group?.summary).toMatchObject({ n: 3, median: 50, min: 40, max: 62 });
    expect(group?.summary?.mean).toBeCloseTo(152 / 3, 10);
  });

  it('stand beside the paper’s median and the mean of 2021 at the same shots', () => {
    expect(buildReportData(input()).groups[0]).toMatchObject({ paperMedian: 52.4, mean2021: 56.462 });
  });

  it('say which runs are missing', () => {
    expect(buildReportData(input({ records: [] })).groups[0]).toMatchObject({ missing: 3, runs: [] });
  });

  it('are comparable with the paper only for the published network', () => {
    expect(buildReportData(input()).comparable).toBe(false);
    expect(buildReportData(input({ planned: planned.map(published) })).comparable).toBe(true);
  });
});

describe('the figure', () => {
  const rows = (
    change: Partial<ReportInput> = {},
  ): { kind: string; column: string; top1: number; series: string }[] => {
    const spec = figureSpec(buildReportData(input(change))) as unknown as {
      hconcat?: { data: { values: ReturnType<typeof rows> } }[];
      data?: { values: ReturnType<typeof rows> };
    };
    return spec.hconcat?.flatMap(({ data }) => data.values) ?? spec.data?.values ?? [];
  };

  it('draws every run, their median and their mean', () => {
    const own = rows().filter(({ series }) => series === 'BiT-HyperRule');
    expect(own.map(({ kind, top1 }) => [kind, Math.round(top1)])).toEqual([
      ['run', 40],
      ['run', 50],
      ['run', 62],
      ['median', 50],
      ['mean', 51],
    ]);
  });

  it('never puts another network into the paper’s column', () => {
    const own = rows().filter(({ series }) => series === 'BiT-HyperRule');
    expect(new Set(own.map(({ column }) => column))).toEqual(new Set(['mini']));
  });

  it('puts the published network into the paper’s column', () => {
    const own = rows({ planned: planned.map(published) }).filter(({ series }) => series === 'BiT-HyperRule');
    expect(new Set(own.map(({ column }) => column))).toEqual(new Set(['R50x3']));
  });

  it('draws the paper’s five architectures and three upstreams', () => {
    expect(rows().filter(({ kind }) => kind === 'paper median')).toHaveLength(15);
  });

  it('draws accuracy against shots where the paper has no panels', () => {
    const many = [1, 2, 3].map((shots) => plannedRun({ shots }));
    const own = rows({ planned: many, records: many.map((run) => record(run, 50)) });
    expect(own.filter(({ kind }) => kind === 'run')).toHaveLength(3);
  });

  it('has the same bytes each time', async () => {
    const spec = figureSpec(buildReportData(input()));
    expect(await renderSvg(spec)).toBe(await renderSvg(spec));
  });

  it('becomes a PNG', async () => {
    const png = renderPng(await renderSvg(figureSpec(buildReportData(input()))));
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  });
});

describe('the pages', () => {
  const write = async (change: Partial<ReportInput> = {}): Promise<{ html: string; md: string }> => {
    const folder = mkdtempSync(join(tmpdir(), 'report-'));
    await writeReport(input(change), folder);
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    return { html: read('report.html'), md: read('report.md') };
  };

  it('say first that another network is not the paper’s', async () => {
    const { html, md } = await write();
    expect(html).toContain('Not comparable with the paper');
    expect(md).toContain('Not comparable with the paper');
  });

  it('say nothing of the kind for the published network', async () => {
    const { html } = await write({ planned: planned.map(published) });
    expect(html).not.toContain('Not comparable with the paper');
  });

  it('are made without any run, too, and say that all are missing', async () => {
    const { html, md } = await write({ records: [] });
    expect(html).toContain('3 of 3 runs are missing');
    expect(md).toContain('3 of 3 runs are missing');
  });

  it('load nothing from anywhere', async () => {
    const { html } = await write();
    expect(html).not.toMatch(/(src|href)="(?!#)/);
  });

  const hostile = '<script>alert(1)</script> | `x` [a](javascript:b) {{7*7}}\n# heading';

  it('show hostile names as text', async () => {
    const { html, md } = await write({
      experiment: experiment({ title: hostile, description: hostile }),
      planned: planned.map((run) => ({ ...run, arm: { name: 'x', title: hostile } })),
      records: planned.map((run, index) =>
        record({ ...run, arm: { name: 'x', title: hostile } }, seeds[index]!),
      ),
    });
    expect(html).not.toContain('<script>alert');
    expect(md).not.toContain('<script>');
    expect(md).not.toContain('\n# heading');
  });

  it('keep a Markdown table whole whatever a cell holds', () => {
    expect(escapeMarkdown('a | b')).toBe('a \\| b');
  });
});

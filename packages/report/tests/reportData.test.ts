import { describe, expect, it } from 'vitest';
import { buildReportData } from '../src/reportData.ts';
import { likeThePaper, madeUpInput, nearChance } from '../testing/sample.ts';

describe('the numbers of a report', () => {
  it('are those of the records, in percent, with their run ids', async () => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    const [group] = buildReportData(input).groups;
    expect(group?.runs.map(({ id, seed, top1 }) => [id, seed, top1])).toEqual(
      [48.2, 51.33, 54.07, 55.12, 61.5].map((top1, seed) => [input.records[seed]?.id, seed, top1]),
    );
  });

  it('summarise each recipe at each number of shots', async () => {
    const { groups } = buildReportData(await madeUpInput('fig6', 'paper', likeThePaper));
    expect(groups.map(({ shots, summary }) => [shots, summary?.n, summary?.median, summary?.min])).toEqual([
      [1, 5, 54.07, 48.2],
      [5, 5, 85.55, 82.31],
    ]);
    expect(groups[0]?.summary?.mean).toBeCloseTo(54.044, 12);
    // Python: statistics.stdev([48.2, 51.33, 54.07, 55.12, 61.5])
    expect(groups[0]?.summary?.standardDeviation).toBeCloseTo(4.956523983599796, 12);
  });

  it('include what was published of the same network, with the median and the mean of both', async () => {
    const { published } = buildReportData(await madeUpInput('fig6', 'paper', likeThePaper));
    expect(published.map(({ source, shots, headline }) => [source, shots, headline])).toEqual([
      ['paper', 1, { reducer: 'median', top1: 52.4 }],
      ['reproduction-2021', 1, { reducer: 'mean', top1: 56.462 }],
      ['paper', 5, { reducer: 'median', top1: 85.5 }],
      ['reproduction-2021', 5, { reducer: 'mean', top1: 85.006 }],
    ]);
    expect(published[0]?.summary?.mean).toBeCloseTo(52.32, 12);
    expect(published[1]?.summary?.median).toBe(58.01);
    expect(published[1]?.summary?.mean).toBeCloseTo(56.462, 12);
  });

  it.each([
    ['paper', true, 'BiT-M-R50x3'],
    ['embedded', false, undefined],
  ])('of profile %s are of a network that the paper has: %s', async (profile, comparable, model) => {
    const data = buildReportData(await madeUpInput('fig6', profile, nearChance));
    expect(data.comparable).toBe(comparable);
    expect(data.groups[0]?.claimedModel).toBe(model);
  });

  it('know a published network that the figure lacks from one that it has', async () => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    const network = (model: string) => ({ model, weights: { kind: 'published', name: model } as const });
    const claimedOf = (model: string) =>
      buildReportData({ ...input, planned: input.planned.map((run) => ({ ...run, ...network(model) })) })
        .groups[0]?.claimedModel;
    expect(claimedOf('BiT-S-R101x3')).toBe('BiT-S-R101x3');
    expect(claimedOf('BiT-M-R152x2')).toBeUndefined();
  });

  it('leave out what is missing, and say why where that is known', async () => {
    const input = await madeUpInput('fig6', 'paper', (run) =>
      run.shots === 5 && run.seed > 2 ? undefined : nearChance(run),
    );
    const failures = [{ run: input.planned[9]!, reason: 'out of memory' }];
    const data = buildReportData({ ...input, failures });
    expect(data.groups.map(({ runs, missing }) => [runs.length, missing])).toEqual([
      [5, 0],
      [3, 2],
    ]);
    expect(data.missing).toEqual([
      { arm: 'BiT-HyperRule', dataset: 'cifar10', shots: 5, seed: 3 },
      { arm: 'BiT-HyperRule', dataset: 'cifar10', shots: 5, seed: 4, reason: 'out of memory' },
    ]);
  });

  it('leave out records of runs that were trained otherwise', async () => {
    const input = await madeUpInput('fig6', 'embedded', nearChance);
    const [first, ...rest] = input.records;
    const fineTune = { ...first!.spec.fineTune, baseLr: 0.5 };
    const stale = { ...first!, spec: { ...first!.spec, fineTune } };
    expect(buildReportData({ ...input, records: [stale, ...rest] }).missing).toEqual([
      { arm: 'BiT-mini (stand-in)', dataset: 'cifar10', shots: 1, seed: 0 },
    ]);
  });

  it('have no summary where no run is done', async () => {
    const data = buildReportData(await madeUpInput('fig6', 'embedded', () => undefined));
    expect(data.groups.map(({ summary }) => summary)).toEqual([undefined, undefined, undefined, undefined]);
    expect(data.effort).toBeUndefined();
  });

  it('keep arms apart', async () => {
    const rate = await madeUpInput('lr-ablation', 'embedded', ({ arm, shots }) =>
      arm.name === 'lr-0.003' ? 2000 : 3000 + 10 * Number(shots),
    );
    const medians = buildReportData(rate).groups.map(({ arm, shots, summary }) => [
      arm,
      shots,
      summary?.median,
    ]);
    expect(medians).toEqual([
      ['0.003 (paper)', 1, 20],
      ['0.003 (paper)', 5, 20],
      ['0.001 (reproduction of 2021)', 1, 30.1],
      ['0.001 (reproduction of 2021)', 5, 30.5],
    ]);
  });
});

describe('the settings of a report', () => {
  const differing = async (config: string, profile: string): Promise<(string | boolean)[][]> =>
    buildReportData(await madeUpInput(config, profile, nearChance))
      .settings.map(({ setting, arms }) => [setting, ...arms.map(({ differs }) => differs)])
      .filter(([, ...arms]) => arms.includes(true));

  it('do not differ from the paper’s where the recipe is BiT-HyperRule on BiT-M-R50x3', async () => {
    expect(await differing('fig6', 'paper')).toEqual([]);
  });

  it('differ in just what an ablation changes', async () => {
    expect(await differing('lr-and-schedule', 'paper')).toEqual([
      ['Base learning rate', false, true, false, true],
      ['Schedule (warm-up, decays, end), steps', false, false, true, true],
    ]);
  });

  it('stand beside those of 2021 as far as they are known', async () => {
    const { settings, settingSources } = buildReportData(await madeUpInput('fig6', 'paper', likeThePaper));
    expect(settingSources).toEqual(['Reproduction of 2021']);
    expect(settings.map(({ setting, others }) => [setting, ...others])).toEqual([
      ['Network', 'BiT-M-R50x3'],
      ['Base learning rate', '0.001'],
      ['Schedule (warm-up, decays, end), steps', '10, 20, 50, 80, 100'],
      ['Batch, images', '512'],
      ['Momentum', ''],
      ['Resized to, px', ''],
      ['Cropped to, px', ''],
      ['MixUp, alpha', ''],
      ['Batch split', '4'],
      ['Computed in', ''],
    ]);
  });

  it.each([
    ['float32', false],
    ['tensorfloat32', true],
    ['bfloat16', true],
  ] as const)(
    'say that the network computes in %s, of which the paper says nothing',
    async (precision, differs) => {
      const input = await madeUpInput('fig6', 'paper', nearChance);
      const planned = input.planned.map((run) => ({ ...run, fineTune: { ...run.fineTune, precision } }));
      const { settings } = buildReportData({ ...input, planned, records: [] });
      const row = settings.find(({ setting }) => setting === 'Computed in');
      expect(row?.paper).toBe('not stated');
      expect(row?.arms).toEqual(row?.arms.map(() => ({ value: precision, differs })));
      expect(row?.arms.length).toBeGreaterThan(0);
    },
  );
});

it('tells which runs were made by which code', async () => {
  const input = await madeUpInput('fig6', 'embedded', nearChance);
  const [first, ...rest] = input.records;
  const dirty = {
    ...first!,
    provenance: { ...first!.provenance, git: { dirty: true, sha: 'f'.repeat(40), untracked: [] } },
  };
  const { provenance } = buildReportData({ ...input, records: [dirty, ...rest] });
  const code = provenance.find(({ label }) => label === 'Code');
  expect(code?.values.map(({ runs }) => runs.length)).toEqual([1, 19]);
  expect(code?.values[0]?.value).toContain('uncommitted changes');
});

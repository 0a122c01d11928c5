import { ExplainedError } from '@bit-repro/artifacts';
import { describe, expect, it } from 'vitest';
import { buildReportData, type ReportData } from '../src/reportData.ts';
import { renderReport } from '../src/renderReport.ts';
import { likeThePaper, madeUpInput, madeUpRecord, nearChance } from '../testing/sample.ts';

const verdictsOf = ({ verdicts }: ReportData): unknown[] =>
  verdicts.map(({ who, shots, judgement, runsNeeded }) => [
    'arm' in who ? who.arm : who.control,
    shots,
    judgement.verdict,
    runsNeeded,
  ]);

describe('the verdict of a report', () => {
  it('is of our runs, and of the controls by the same test', async () => {
    expect(verdictsOf(buildReportData(await madeUpInput('fig6', 'paper', likeThePaper)))).toEqual([
      ['BiT-HyperRule', 1, 'inconclusive', 228],
      ['BiT-HyperRule', 5, 'reproduced', undefined],
      ['paper', 1, 'inconclusive', 33],
      ['reproduction-2021', 1, 'inconclusive', 60],
      ['paper', 5, 'inconclusive', 11],
      ['reproduction-2021', 5, 'reproduced', undefined],
    ]);
  });

  it('is not reproduced where all runs lie far off', async () => {
    const data = buildReportData(await madeUpInput('fig6', 'paper', nearChance));
    expect(verdictsOf(data).slice(0, 2)).toEqual([
      ['BiT-HyperRule', 1, 'not reproduced', undefined],
      ['BiT-HyperRule', 5, 'not reproduced', undefined],
    ]);
  });

  it('is left to the controls where the network is not the paper’s', async () => {
    const { verdicts } = buildReportData(await madeUpInput('fig6', 'embedded', nearChance));
    expect(verdicts.filter(({ who }) => 'arm' in who)).toEqual([]);
    expect(verdicts).toHaveLength(4);
  });

  it('is inconclusive of fewer than five runs, and says how many can tell', async () => {
    const { verdicts } = buildReportData(
      await madeUpInput('fig6', 'paper', (run) => (run.seed < 4 ? likeThePaper(run) : undefined)),
    );
    expect(verdicts[1]?.judgement).toMatchObject({
      verdict: 'inconclusive',
      interval: { kind: 'refused', reason: '4 values cannot give a 90 % interval of the median; 5 would' },
    });
  });

  it('is counted, above the figure, where there are many', async () => {
    const input = await madeUpInput('fig6-full', 'paper', likeThePaper);
    const { files } = await renderReport(input);
    const page = String(files.get('report.md'));
    expect(page).toMatch(/Of the published numbers: \d+ reproduced, \d+ not reproduced, \d+ inconclusive\./);
    expect(page).toContain('for each of these 10 networks');
    expect(page.match(/^\| BiT-[SM] R/gm)?.length).toBeGreaterThan(20);
  });

  it('is not given without a rule', async () => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    const { verdict: _, ...experiment } = input.experiment;
    expect(buildReportData({ ...input, experiment })).toMatchObject({ verdicts: [] });
  });

  it('tells how many runs were begun under its rule', async () => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    const { verdict } = input.experiment;
    const records = input.records.map((record, index) =>
      index < 3 ? { ...record, provenance: { ...record.provenance, verdict } } : record,
    );
    expect(buildReportData({ ...input, records }).rule?.begunUnder).toBe(3);
  });
});

describe('the comparison of arms', () => {
  it('pairs them by seed, and refuses a test that five pairs cannot support', async () => {
    const { comparisons } = buildReportData(
      await madeUpInput('lr-ablation', 'embedded', ({ arm, seed }) =>
        arm.name === 'lr-0.003' ? 2000 + 10 * seed : 2100 + 10 * seed,
      ),
    );
    expect(comparisons).toHaveLength(2);
    expect(comparisons[0]).toMatchObject({
      arm: '0.001 (reproduction of 2021)',
      against: '0.003 (paper)',
      refusal: '5 pairs cannot go below p = 0.0625; 6 would',
    });
    expect(comparisons[0]?.pairs.map(({ seed, difference }) => [seed, difference])).toEqual(
      [0, 1, 2, 3, 4].map((seed) => [seed, 1]),
    );
  });

  it('corrects the p-values of all that it tests together', async () => {
    const input = await madeUpInput(
      'lr-and-schedule',
      'paper',
      ({ arm, seed }) => 2000 + 10 * seed + arm.name.length,
    );
    const seeds = [0, 1, 2, 3, 4, 5, 6];
    const planned = input.planned.flatMap((run) =>
      run.seed > 0 ? [] : seeds.map((seed) => ({ ...run, seed, fineTune: { ...run.fineTune, seed } })),
    );
    const records = planned.map((run) =>
      madeUpRecord(run, 2000 + 31 * run.seed + run.arm.name.length * run.seed),
    );
    const { comparisons } = buildReportData({ ...input, planned, records });
    expect(comparisons.length).toBeGreaterThan(2);
    for (const { p, adjustedP } of comparisons) {
      expect(p).toBe(2 / 64);
      expect(adjustedP).toBe(Math.min(1, (comparisons.length * 2) / 64));
    }
    await expect(renderReport({ ...input, planned, records })).resolves.toBeDefined();
  });

  it('leaves out seeds that one of the arms lacks, and pairs of other images', async () => {
    const input = await madeUpInput('lr-ablation', 'embedded', (run) =>
      run.arm.name === 'lr-0.001' && run.seed === 2 ? undefined : 2000,
    );
    const records = input.records.map((record) =>
      record.spec.fineTune.seed === 3 && record.spec.arm.name === 'lr-0.003'
        ? { ...record, result: { ...record.result, subset: { indices: [1], labels: [0] } } }
        : record,
    );
    const { comparisons } = buildReportData({ ...input, records });
    expect(comparisons[0]?.pairs.map(({ seed }) => seed)).toEqual([0, 1, 4]);
  });
});

it.each([
  ['other sources', { sources: '9'.repeat(64) }, 'sources'],
  [
    'another TensorFlow',
    { engine: { flavour: 'cpu', tensorflow: '9.9.9', device: 'x' } },
    'engine.tensorflow',
  ],
] as const)('refuses to sum up runs of %s together', async (_, change, key) => {
  const input = await madeUpInput('fig6', 'paper', likeThePaper);
  const [first, ...rest] = input.records;
  const other = { ...first!, spec: { ...first!.spec, ...change } };
  const build = (): ReportData => buildReportData({ ...input, records: [other, ...rest] });
  expect(build).toThrow(ExplainedError);
  expect(build).toThrow(`agree in ${key}`);
});

import { ExplainedError } from '@bit-repro/artifacts';
import { digestOfTarget, type PlannedRun } from '@bit-repro/experiment';
import type { ReportInput } from '../src/reportInput.ts';
import { describe, expect, it } from 'vitest';
import { buildReportData, type ReportData } from '../src/reportData.ts';
import { renderReport } from '../src/renderReport.ts';
import { likeThePaper, madeUpInput, madeUpRecord, nearChance, type MadeUpHits } from '../testing/sample.ts';

const verdictsOf = ({ verdicts }: ReportData): unknown[] =>
  verdicts.map(({ who, shots, n, judgement }) => [
    'arm' in who ? who.arm : who.control,
    shots,
    n,
    judgement?.verdict,
  ]);

/** Figure 6's runs at one example per class, with twelve seeds. */
async function manySeeds(hits: MadeUpHits): Promise<ReportInput> {
  const input = await madeUpInput('fig6', 'paper', likeThePaper);
  const [first] = input.planned;
  const planned = Array.from({ length: 12 }, (_, seed) => ({
    ...first!,
    seed,
    fineTune: { ...first!.fineTune, seed },
  }));
  const records = planned.flatMap((run) => {
    const count = hits(run);
    return count === undefined ? [] : [madeUpRecord(run, count)];
  });
  return { ...input, planned, records };
}

describe('the verdict of a report', () => {
  it('is of our runs, and of the controls by the same test', async () => {
    expect(verdictsOf(buildReportData(await madeUpInput('fig6', 'paper', likeThePaper)))).toEqual([
      ['BiT-HyperRule', 1, 5, 'inconclusive'],
      ['BiT-HyperRule', 5, 5, 'reproduced'],
      ['paper', 1, 5, 'reproduced'],
      ['reproduction-2021', 1, 5, 'inconclusive'],
      ['paper', 5, 5, 'reproduced'],
      ['reproduction-2021', 5, 5, 'reproduced'],
    ]);
  });

  it('is not reproduced where all runs lie far off', async () => {
    const data = buildReportData(await madeUpInput('fig6', 'paper', nearChance));
    expect(verdictsOf(data).slice(0, 2)).toEqual([
      ['BiT-HyperRule', 1, 5, 'not reproduced'],
      ['BiT-HyperRule', 5, 5, 'not reproduced'],
    ]);
  });

  it('is left to the controls where the network is not the paper’s', async () => {
    const { verdicts } = buildReportData(await madeUpInput('fig6', 'embedded', nearChance));
    expect(verdicts.filter(({ who }) => 'arm' in who)).toEqual([]);
    expect(verdicts).toHaveLength(4);
  });

  it('is not given before the first look, which the page names', async () => {
    const input = await madeUpInput('fig6', 'paper', (run) => (run.seed < 4 ? likeThePaper(run) : undefined));
    const [first] = buildReportData(input).verdicts;
    expect(first).toMatchObject({ n: 0, waiting: 4, nextLook: 5 });
    expect(first?.judgement).toBeUndefined();
    const page = String((await renderReport(input)).files.get('report.md'));
    expect(page).toContain('not judged yet.');
    expect(page).toContain('The first look is at 5 seeds: 1 more; 4 finished runs wait for it.');
  });

  it('is of the first seeds of the plan, also where later ones are finished', async () => {
    const input = await manySeeds((run) => (run.seed === 2 ? undefined : 5240));
    const [first] = buildReportData(input).verdicts;
    expect(first).toMatchObject({ n: 0, waiting: 11 });
  });

  it('is of the newest look that the runs reach; runs beyond it wait', async () => {
    const input = await manySeeds(({ seed }) => 5240 + seed);
    const [first] = buildReportData(input).verdicts;
    expect(first).toMatchObject({ n: 10, waiting: 2, nextLook: 20 });
  });

  it('is left out where the arm is of another recipe, which the page names', async () => {
    const input = await madeUpInput('lr-and-schedule', 'paper', likeThePaper);
    const { verdicts } = buildReportData(input);
    const judged = verdicts.flatMap(({ who }) => ('arm' in who ? [who.arm] : []));
    expect(new Set(judged)).toEqual(new Set(['BiT-HyperRule (0.003, 500 steps)']));
    const page = String((await renderReport(input)).files.get('report.md'));
    expect(page).toContain(
      'Of the 30 results that Paper, Figure 6 gives as medians, 2 were judged, by the mean of the runs.',
    );
    expect(page).toContain('Rate of 2021 alone (0.001, 500 steps) has another learning rate');
  });

  it.each([
    ['hardly differ', 10, '0.2', '&lt; 0.0001'],
    ['spread far', 1000, '15.8', '0.0211'],
  ])('says that the spread is another than the paper’s where runs %s', async (_, step, ours, p) => {
    const input = await madeUpInput('fig6', 'paper', (run) =>
      run.shots === 1 ? 5240 + step * (run.seed - 2) : likeThePaper(run),
    );
    const { files } = await renderReport(input);
    const notices = String(files.get('report.md')).match(/^.*more than chance explains.*$/gm);
    expect(notices).toHaveLength(1); // with 1 example per class, not with 5
    expect(notices![0]).toContain(
      `The standard deviation of the runs is ${ours} points, that of the paper’s runs 4.0. ` +
        `By an F test at 0.05 that is more than chance explains (p: ${p}), which is itself a difference.`,
    );
  });

  it.each([
    ['the paper’s runs are not known singly', ({ seed }: PlannedRun) => 5240 + seed, false],
    ['the runs spread as the paper’s', likeThePaper, true],
  ])('says nothing of another spread where %s', async (_, hits, isKnown) => {
    const { target, ...input } = await madeUpInput('fig6', 'paper', hits);
    const results = target!.claims.results.map(({ runs, ...rest }) =>
      isKnown && runs !== undefined ? { ...rest, runs } : rest,
    );
    const claims = { ...target!.claims, results };
    const { files } = await renderReport({ ...input, target: { ...target!, claims } });
    const page = String(files.get('report.md'));
    expect(page).toContain(']. Agreement is shown to within');
    expect(page).not.toContain('more than chance explains');
  });

  it('names settings that may differ, where they do', async () => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    const inTensorFloat = (run: PlannedRun): PlannedRun => ({
      ...run,
      fineTune: { ...run.fineTune, precision: 'tensorfloat32' },
    });
    const planned = input.planned.map(inTensorFloat);
    const records = planned.map((run) => madeUpRecord(run, likeThePaper(run)!));
    const { verdicts } = buildReportData({ ...input, planned, records });
    expect(verdicts[0]?.allowed).toContain('computed in tensorfloat32');
  });

  it('is counted, above the figure, where there are many', async () => {
    const input = await madeUpInput('fig6-full', 'paper', likeThePaper, ['dataset=cifar10']);
    const { files } = await renderReport(input);
    const page = String(files.get('report.md'));
    expect(page).toMatch(/Of the published numbers: \d+ reproduced, \d+ not reproduced, \d+ inconclusive\./);
    expect(page).toContain('for each of these 10 networks');
    expect(page.match(/^\| BiT-[SM] R/gm)?.length).toBeGreaterThan(20);
  });

  it('says of what is not reproduced by how much it differs at least', async () => {
    const { files } = await renderReport(await madeUpInput('fig6', 'paper', nearChance));
    const page = String(files.get('report.md'));
    expect(page).toMatch(
      /1 example per class: not reproduced\.\*\* .*They differ by at least 3\d\.\d points; the margin/,
    );
    expect(page.slice(0, page.indexOf('## Results'))).not.toContain('Agreement is shown');
  });

  it('counts what is not judged yet as not judged', async () => {
    const input = await madeUpInput('fig6', 'paper', (run) =>
      run.seed === 0 ? likeThePaper(run) : undefined,
    );
    const page = String((await renderReport(input)).files.get('report.md'));
    expect(page).toContain('gives as medians, none was judged.');
  });

  it('says why there is no interval', async () => {
    const { target, ...input } = await madeUpInput('fig6', 'paper', () => 5240);
    const results = target!.claims.results.map(({ runs: _, ...rest }) => rest);
    const withoutDots = { ...target!, claims: { ...target!.claims, results } };
    const page = String((await renderReport({ ...input, target: withoutDots })).files.get('report.md'));
    expect(page).toContain('no interval, as equal runs tell nothing of their spread.');
  });

  it('calls the outcome of a control otherwise than a verdict', async () => {
    const { files } = await renderReport(await madeUpInput('fig6', 'paper', likeThePaper));
    const page = String(files.get('report.md'));
    expect(page).toMatch(/\| Reproduction of 2021 \| BiT-M-R50x3, 5 examples per class \| agrees \|/);
    expect(page).toMatch(/\| BiT-HyperRule \| BiT-M-R50x3, 5 examples per class \| reproduced \|/);
  });

  it('warns at the top where runs were begun under another rule or before it', async () => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    const lead = async (records: ReportInput['records']): Promise<string> => {
      const page = String((await renderReport({ ...input, records })).files.get('report.md'));
      return page.slice(0, page.indexOf('## Results'));
    };
    const underRule = input.records.map((record, index) => ({
      ...record,
      provenance: {
        ...record.provenance,
        ...(index > 0 && { verdict: input.experiment.verdict }),
        target: { name: 'figure6', sha256: digestOfTarget(input.target!) },
      },
    }));
    expect(await lead(underRule)).toContain('there were begun 1 without this rule and its margins:');
    const [first, ...rest] = underRule;
    const all = [
      { ...first!, provenance: { ...first!.provenance, verdict: input.experiment.verdict } },
      ...rest,
    ];
    expect(await lead(all)).not.toContain('Judged by what came later');
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
    expect(buildReportData({ ...input, records }).rule?.begunUnder.rule).toBe(3);
  });

  it('tells how many runs were begun with these published numbers', async () => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    const sha256 = digestOfTarget(input.target!);
    const records = input.records.map((record, index) => ({
      ...record,
      provenance: {
        ...record.provenance,
        target: { name: 'figure6', sha256: index < 4 ? sha256 : '0'.repeat(64) },
      },
    }));
    expect(buildReportData({ ...input, records }).rule?.begunUnder.target).toBe(4);
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

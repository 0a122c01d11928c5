import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PlannedRun } from '@bit-repro/experiment';
import type { Comparison } from '../src/armComparisons.ts';
import { plannedContrasts, type ArmPair } from '../src/contrasts.ts';
import { readEvidence } from '../src/readEvidence.ts';
import { buildReportData } from '../src/reportData.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { renderReport } from '../src/renderReport.ts';
import { madeUpGrid } from '../testing/grid.ts';
import { likeThePaper, madeUpInput, madeUpRecord, nearChance } from '../testing/sample.ts';
import { storeReport, verifyMadeUp } from '../testing/storedReport.ts';

/** An experiment of so many seeds, whatever its config says. */
async function ofSeeds(
  config: string,
  profile: string,
  count: number,
  hits: (run: PlannedRun) => number | undefined,
): Promise<ReportInput> {
  const input = await madeUpInput(config, profile, () => undefined);
  const [first] = input.planned;
  const planned = input.planned
    .filter(({ seed }) => seed === first!.seed)
    .flatMap((run) =>
      [...Array(count).keys()].map((seed) => ({ ...run, seed, fineTune: { ...run.fineTune, seed } })),
    );
  const records = planned.flatMap((run) => {
    const found = hits(run);
    return found === undefined ? [] : [madeUpRecord(run, found)];
  });
  return { ...input, planned, records };
}

const comparing = (input: ReportInput, compare?: ArmPair[]): ReportInput => ({
  ...input,
  experiment: {
    ...input.experiment,
    profiles: input.experiment.profiles.map(({ compare: _, ...profile }) => ({
      ...profile,
      ...(compare !== undefined && { compare }),
    })),
  },
});

const isLate = ({ arm }: PlannedRun): boolean => arm.name === 'lr-0.001';

describe('the comparison of arms', () => {
  it('takes their difference seed by seed, in points', async () => {
    const input = await ofSeeds(
      'lr-ablation',
      'embedded',
      5,
      (run) => 2000 + 10 * run.seed * (isLate(run) ? 2 : 1),
    );
    const [first] = buildReportData(input).comparisons;
    expect(first).toMatchObject({
      kind: 'pair',
      title: 'Learning rate 0.001 instead of 0.003',
      terms: [
        { arm: '0.001 (reproduction of 2021)', weight: 1 },
        { arm: '0.003 (paper)', weight: -1 },
      ],
    });
    expect(first?.seeds.map(({ seed, difference }) => [seed, Number(difference.toFixed(9))])).toEqual(
      [0, 1, 2, 3, 4].map((seed) => [seed, seed / 10]),
    );
  });

  it('is of later arms with the first by default, else of the pairs that are asked for', async () => {
    const input = await madeUpInput('fig6', 'embedded', likeThePaper);
    const pairs = ({ comparisons }: { comparisons: Comparison[] }): string[][] =>
      comparisons.filter(({ shots }) => shots === 1).map(({ terms }) => terms.map(({ arm }) => arm));
    expect(pairs(buildReportData(comparing(input)))).toEqual([['Random weights', 'BiT-mini (stand-in)']]);
    const asked = [{ arm: 'bit-mini', against: 'random' }];
    expect(pairs(buildReportData(comparing(input, asked)))).toEqual([
      ['BiT-mini (stand-in)', 'Random weights'],
    ]);
    expect(pairs(buildReportData(comparing(input, [])))).toEqual([]);
  });

  it('is carried by the page with the pairs that were asked for', async () => {
    const compare = [{ arm: 'lr-0.001', against: 'lr-0.003' }];
    const input = comparing(await ofSeeds('lr-ablation', 'embedded', 2, () => 2000), compare);
    const { evidence } = readEvidence(String((await renderReport(input)).files.get('report.html')));
    expect(evidence.request.experiment.profiles[0]?.compare).toEqual(compare);
    expect(evidence.family).toHaveLength(2);
  });

  it('is recomputed from the runs, number by number', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bit-repro-arms-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const stored = await storeReport(folder, nearChance, ['lr-ablation', 'embedded']);
    const { files, notCompared } = await verifyMadeUp(stored);
    expect(files).toContain('differences.svg');
    expect(notCompared).toEqual([]);
    const page = await readFile(stored.report, 'utf8');
    await writeFile(stored.report, page.replace(/>undecided<\/data>/, '>higher</data>'));
    await expect(verifyMadeUp(stored)).rejects.toThrow('Expected the page to show undecided');
  });

  it('leaves out seeds that one of the arms lacks, and those of other images', async () => {
    const input = await ofSeeds('lr-ablation', 'embedded', 5, (run) =>
      isLate(run) && run.seed === 2 ? undefined : 2000,
    );
    const records = input.records.map((record) =>
      record.spec.fineTune.seed === 3 && record.spec.arm.name === 'lr-0.003'
        ? { ...record, result: { ...record.result, subset: { indices: [1], labels: [0] } } }
        : record,
    );
    const { comparisons } = buildReportData({ ...input, records });
    expect(comparisons[0]?.seeds.map(({ seed }) => seed)).toEqual([0, 1, 4]);
  });

  it('corrects the p-values of all comparisons together, also for those that cannot be tested yet', async () => {
    const input = await ofSeeds('lr-ablation', 'embedded', 7, (run) =>
      run.shots === 5 && run.seed > 3 ? undefined : 2000 + 10 * run.seed + (isLate(run) ? 50 + run.seed : 0),
    );
    expect(buildReportData(input).comparisons).toMatchObject([
      { shots: 1, p: 2 / 128, adjustedP: 4 / 128, outcome: 'higher' },
      { shots: 5, outcome: 'undecided' },
    ]);
  });

  it.each([
    [5, 'undecided', '5 seeds cannot bring the corrected p below 0.125; 7 could reach 0.05'],
    [6, 'undecided', '6 seeds cannot bring the corrected p below 0.0625; 7 could reach 0.05'],
    [7, 'lower', undefined],
  ])('of two, all for the worse in %i seeds, is %s', async (seeds, outcome, tooFew) => {
    const input = await ofSeeds(
      'lr-ablation',
      'embedded',
      seeds,
      (run) => 2000 + 10 * run.seed - (isLate(run) ? 30 + run.seed : 0),
    );
    for (const comparison of buildReportData(input).comparisons) {
      expect(comparison.outcome).toBe(outcome);
      expect(comparison.tooFew).toBe(tooFew);
    }
  });

  it.each([
    ['lr-ablation', 'paper'],
    ['lr-ablation', 'embedded'],
    ['lr-and-schedule', 'paper'],
    ['lr-and-schedule', 'embedded'],
  ])('has seeds enough to come below the level, as shipped: %s (%s)', async (config, profile) => {
    const { comparisons } = buildReportData(await madeUpInput(config, profile, ({ seed }) => 2000 + seed));
    expect(comparisons.length).toBeGreaterThan(1);
    expect(comparisons.flatMap(({ tooFew }) => tooFew ?? [])).toEqual([]);
  });

  it('calls p exact only where all arrangements were counted', async () => {
    const page = async (seeds: number): Promise<string> => {
      const input = await ofSeeds('lr-ablation', 'embedded', seeds, (run) => 2000 + run.seed);
      return String((await renderReport(input)).files.get('report.md'));
    };
    expect(await page(16)).toContain('that of the exact sign-flip test');
    expect(await page(17)).toContain('sign-flip test, two-sided, by a normal approximation');
  });
});

describe('arms that are every combination of two settings', () => {
  const rate = (run: PlannedRun): number => (run.fineTune.baseLr === 0.001 ? 1 : 0);
  const schedule = (run: PlannedRun): number => (run.fineTune.schedule.at(-1) === 100 ? 1 : 0);

  it('are compared by simple effects, main effects and the interaction', async () => {
    const { planned } = await madeUpInput('lr-and-schedule', 'paper', likeThePaper);
    const contrasts = plannedContrasts(planned, ({ arm }) => arm.name).filter(({ shots }) => shots === 1);
    expect(contrasts.map(({ kind, title }) => [kind, title])).toEqual([
      ['main', 'Learning rate 0.001 instead of 0.003 (averaged over schedule)'],
      ['main', 'Schedule of 100 steps instead of 500 (averaged over learning rate)'],
      ['interaction', 'Interaction of learning rate 0.001 with schedule of 100 steps'],
      ['pair', 'Learning rate 0.001 instead of 0.003 (schedule of 500 steps)'],
      ['pair', 'Schedule of 100 steps instead of 500 (learning rate 0.003)'],
      ['pair', 'Learning rate 0.001 instead of 0.003 and schedule of 100 steps instead of 500'],
      ['simple', 'Learning rate 0.001 instead of 0.003 (schedule of 100 steps)'],
      ['simple', 'Schedule of 100 steps instead of 500 (learning rate 0.001)'],
    ]);
  });

  it('are compared by main effects and interactions alone where they are many, and by the pairs that were asked for', async () => {
    const { planned } = await madeUpGrid({ baseLr: [0.001, 0.003, 0.01], momentum: [0.5, 0.9] }, nearChance);
    const kindsOf = (pairs?: ArmPair[]): string[] => {
      const contrasts = plannedContrasts(planned, ({ arm }) => arm.name, pairs);
      return contrasts.filter(({ shots }) => shots === 1).map(({ kind }) => kind);
    };
    const effects = ['main', 'main', 'main', 'interaction', 'interaction'];
    expect(kindsOf()).toEqual(effects);
    const [first, second] = [...new Set(planned.map(({ arm }) => arm.name))];
    expect(kindsOf([{ arm: second!, against: first! }])).toEqual(['pair', ...effects]);
  });

  it('are compared by the pairs first that were asked for', async () => {
    const { planned } = await madeUpInput('lr-and-schedule', 'paper', likeThePaper);
    const pairs = [{ arm: 'reproduction-2021', against: 'bit-hyperrule' }];
    const [first, second] = plannedContrasts(planned, ({ arm }) => arm.name, pairs);
    expect([first?.kind, second?.kind]).toEqual(['pair', 'pair']);
  });

  it('have the effects that their accuracies were made of', async () => {
    // 0.5 points for the rate, 1 for the schedule, and 2 more for both together.
    const input = await ofSeeds(
      'lr-and-schedule',
      'paper',
      10,
      (run) => 3000 + 70 * run.seed + 50 * rate(run) + 100 * schedule(run) + 200 * rate(run) * schedule(run),
    );
    const { comparisons } = buildReportData(input);
    const means = comparisons
      .filter(({ shots }) => shots === 5)
      .map(({ kind, mean, outcome }) => [kind, Number(mean.toFixed(9)), outcome]);
    expect(means).toEqual([
      ['main', 1.5, 'higher'],
      ['main', 2, 'higher'],
      ['interaction', 2, 'higher'],
      ['pair', 0.5, 'higher'],
      ['pair', 1, 'higher'],
      ['pair', 3.5, 'higher'],
      ['simple', 2.5, 'higher'],
      ['simple', 3, 'higher'],
    ]);
  });

  it('are corrected as pairs and as effects separately, so that effects which nobody asked for cost the pairs nothing', async () => {
    const input = await ofSeeds(
      'lr-and-schedule',
      'paper',
      8,
      (run) => 3000 + 70 * run.seed + rate(run) * (50 + run.seed),
    );
    const { comparisons } = buildReportData(input);
    const pair = comparisons.find(({ kind }) => kind === 'pair');
    expect(pair).toMatchObject({ correctedFor: 6, outcome: 'higher' });
    expect(pair?.adjustedP).toBeCloseTo((6 * 2) / 2 ** 8, 12);
    expect(comparisons.find(({ kind }) => kind === 'main')).toMatchObject({
      correctedFor: 10,
      outcome: 'undecided',
      tooFew: '8 seeds cannot bring the corrected p below 0.0781; 9 could reach 0.05',
    });
    const { files } = await renderReport(input);
    const text = String(files.get('report.md'));
    expect(text).toContain(
      'Corrected is after Holm, for the 6 comparisons of two arms and, separately, for the 10 effects of settings',
    );
    expect(text).toContain('One arm instead of another; p corrected for 6 comparisons');
    expect(text).toContain('averaged over the others; p corrected for 10 effects');
    const { evidence } = readEvidence(String(files.get('report.html')));
    expect([evidence.family.length, evidence.effects?.length]).toEqual([6, 10]);
  });

  it('are corrected together where only effects are asked for', async () => {
    const input = await ofSeeds('lr-and-schedule', 'paper', 8, (run) => 3000 + 70 * run.seed);
    const { comparisons } = buildReportData(comparing(input, []));
    expect(new Set(comparisons.map(({ correctedFor }) => correctedFor))).toEqual(
      new Set([comparisons.length]),
    );
  });

  it('have no effects where a combination is lacking or there twice, or only one setting differs', async () => {
    const { planned } = await madeUpInput('lr-and-schedule', 'paper', likeThePaper);
    const kinds = (runs: PlannedRun[]): Set<string> =>
      new Set(plannedContrasts(runs, ({ arm }) => arm.name).map(({ kind }) => kind));
    expect(kinds([...planned])).toContain('interaction');
    expect(kinds(planned.filter(({ arm }) => arm.name !== 'rate-alone'))).toEqual(new Set(['pair']));
    const again = planned
      .filter(({ arm }) => arm.name === 'rate-alone')
      .map((run) => ({ ...run, arm: { name: 'again', title: 'again' } }));
    expect(kinds([...planned, ...again])).toEqual(new Set(['pair']));
    expect(kinds(planned.filter(schedule))).toEqual(new Set(['pair']));
  });

  it('take settings that always change together as one', async () => {
    const { planned } = await madeUpInput('lr-and-schedule', 'paper', likeThePaper);
    const smaller = planned.map((run) =>
      schedule(run) === 1 ? { ...run, fineTune: { ...run.fineTune, crop: 64 } } : run,
    );
    const titles = plannedContrasts(smaller, ({ arm }) => arm.name).map(({ title }) => title);
    expect(titles).toContain(
      'Schedule of 100 steps instead of 500 and crop 64 instead of 128 (averaged over learning rate)',
    );
  });

  it('are compared in words of their titles where more than two settings differ', async () => {
    const { planned } = await madeUpInput('lr-ablation', 'paper', likeThePaper);
    const others = planned.map((run) =>
      isLate(run) ? { ...run, fineTune: { ...run.fineTune, crop: 64, batch: 64 } } : run,
    );
    expect(plannedContrasts(others, ({ arm }) => arm.name)[0]?.title).toBe('lr-0.001 instead of lr-0.003');
  });

  it('are compared in words of their titles where only the network differs', async () => {
    const { planned } = await madeUpInput('fig6', 'embedded', likeThePaper);
    expect(plannedContrasts(planned, ({ arm }) => arm.title)[0]?.title).toMatch(
      /^Random weights .* instead of BiT-mini/,
    );
  });

  it('give the whole schedule where its end does not tell', async () => {
    const { planned } = await madeUpInput('lr-ablation', 'paper', likeThePaper);
    const others = planned.map((run) => {
      const schedule = isLate(run) ? [10, 500] : [20, 500];
      return { ...run, fineTune: { ...run.fineTune, baseLr: 0.003, schedule } };
    });
    expect(plannedContrasts(others, ({ arm }) => arm.name)[0]?.title).toBe(
      'Schedule 10, 500 instead of 20, 500',
    );
  });
});

it('every contrast gives nothing of what all arms share', async () => {
  const input = await ofSeeds('lr-and-schedule', 'paper', 3, () => 5000);
  const { comparisons } = buildReportData(input);
  expect(comparisons.length).toBeGreaterThan(10);
  fc.assert(
    fc.property(fc.constantFrom(...comparisons), ({ terms, mean }) => {
      expect(terms.reduce((sum, { weight }) => sum + weight, 0)).toBe(0);
      expect(mean).toBe(0);
    }),
  );
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildReportData } from '../src/reportData.ts';
import { renderReport } from '../src/renderReport.ts';
import { madeUpGrid } from '../testing/grid.ts';
import { nearChance, type MadeUpHits } from '../testing/sample.ts';
import { storeReport, verifyMadeUp } from '../testing/storedReport.ts';

/** Hits by seed: the second rate is the best by all seeds, and the third by those other than the last. */
const byRate = new Map([
  [0.001, [3000, 3000, 3000]],
  [0.003, [3000, 3100, 3500]],
  [0.01, [3200, 3200, 3000]],
]);
const hits: MadeUpHits = ({ seed, fineTune }) => byRate.get(fineTune.baseLr)![seed];
const grid = { baseLr: [...byRate.keys()] };

describe('the best arm of a design', () => {
  it('is the one with the highest mean, with the mean that picking gives on seeds left out', async () => {
    const { best } = buildReportData(await madeUpGrid(grid, hits));
    expect(best).toHaveLength(2);
    expect(best[0]).toMatchObject({
      arm: 'BiT-HyperRule: baseLr=0.003',
      mean: 32,
      next: 'BiT-HyperRule: baseLr=0.01',
      seeds: [0, 1, 2],
      // Left out, the first and the second seed have 0.003 picked, the last 0.01.
      heldOut: (30 + 31 + 30) / 3,
      timesPicked: 2,
    });
  });

  it('is picked by the seeds that all arms have', async () => {
    const { best } = buildReportData(
      await madeUpGrid(grid, (run) =>
        run.seed === 2 && run.fineTune.baseLr === 0.001 ? undefined : hits(run),
      ),
    );
    expect(best[0]).toMatchObject({ arm: 'BiT-HyperRule: baseLr=0.01', seeds: [0, 1], mean: 32 });
  });

  it('has no number that a single seed cannot give', async () => {
    const input = await madeUpGrid(grid, (run) => (run.seed === 0 ? hits(run) : undefined));
    const { best } = buildReportData(input);
    expect(best[0]).toMatchObject({ arm: 'BiT-HyperRule: baseLr=0.01' });
    expect(best[0]).not.toHaveProperty('heldOut');
    const text = String((await renderReport(input)).files.get('report.md'));
    expect(text).toContain('has the highest mean, 32.00 %; with 5 examples per class, ');
  });

  it('stands first in the report of a search, with the warning', async () => {
    const text = String((await renderReport(await madeUpGrid(grid, hits))).files.get('report.md'));
    const sentence =
      '**The best of 3 arms.** With 1 example per class, BiT-HyperRule: baseLr=0.003 has the highest mean, 32.00 % (held out 30.33 %, picked again 2 of 3 times); with 5 examples per class, BiT-HyperRule: baseLr=0.003 has the highest mean, 32.00 % (held out 30.33 %, picked again 2 of 3 times). The highest of several means is partly luck';
    expect(text).toContain(sentence);
    expect(text.indexOf(sentence)).toBeLessThan(text.indexOf('The paper’s claim'));
    expect(text).toContain('run it on fresh seeds');
  });

  it('is in no report whose arms are something else', async () => {
    expect(buildReportData(await madeUpGrid({ baseLr: [0.001, 0.003] }, nearChance)).best).toEqual([]);
    expect(buildReportData(await madeUpGrid(grid, () => undefined)).best).toEqual([]);
  });

  it('is recomputed from the runs, number by number', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bit-repro-best-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const stored = await storeReport(folder, nearChance, ['lr-and-schedule', 'embedded']);
    expect((await verifyMadeUp(stored)).notCompared).toEqual([]);
    const page = await readFile(stored.report, 'utf8');
    const forged = page.replace(/("reducer":"held-out-mean".*?"value":)([\d.]+)/, '$199');
    expect(forged).not.toBe(page);
    await writeFile(stored.report, forged);
    await expect(verifyMadeUp(stored)).rejects.toThrow('held-out-mean');
  });
});

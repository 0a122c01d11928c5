import { logger, Warn } from 'vega';
import { compile } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { layouts } from '../src/figureParts.ts';
import { figureSpec } from '../src/figureSpec.ts';
import { renderSvg } from '../src/renderFigure.ts';
import { buildReportData, type ReportData } from '../src/reportData.ts';
import { madeUpGrid } from '../testing/grid.ts';
import type { MadeUpHits } from '../testing/sample.ts';

/** Best at a rate of 0.003. */
const hits: MadeUpHits = ({ seed, shots, fineTune: { baseLr, momentum } }) =>
  3000 + 500 * Number(shots) + 37 * seed - Math.round(400 * Math.log10(baseLr / 0.003) ** 2 + 100 * momentum);

const baseLr = [0.0003, 0.001, 0.003, 0.01, 0.03];
const dataOf = async (grid: Record<string, unknown[]>, made = hits): Promise<ReportData> =>
  buildReportData(await madeUpGrid(grid, made));
const drawn = async (data: ReportData): Promise<string> => renderSvg(figureSpec(data));

const grids: [string, Promise<ReportData>][] = [
  ['a sweep', dataOf({ baseLr })],
  ['two settings, one of two values', dataOf({ baseLr, momentum: [0.5, 0.9] })],
  ['two settings of many values', dataOf({ baseLr, momentum: [0.5, 0.9, 0.95] })],
  ['three settings', dataOf({ baseLr, momentum: [0.5, 0.9], batch: [32, 64] })],
  ['no run yet', dataOf({ baseLr, momentum: [0.5, 0.9] }, () => undefined)],
  ['a map of no run yet', dataOf({ baseLr, momentum: [0.5, 0.9, 0.95] }, () => undefined)],
  ['a single seed', dataOf({ baseLr }, (run) => (run.seed === 0 ? hits(run) : undefined))],
];

describe.each(grids)('the figure of %s', (_, made) => {
  it.each(Object.entries(layouts))('is faultless Vega-Lite for a %s', async (_layout, layout) => {
    const complaints: unknown[] = [];
    const quiet = logger(Warn, undefined, (_method, _level, words) => complaints.push(words));
    compile(figureSpec(await made, layout), { logger: quiet });
    expect(complaints).toEqual([]);
  });

  it('is drawn in full', async () => {
    const svg = await drawn(await made);
    expect(svg).toContain('learning rate');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});

/** Circles around the highest mean. */
const circlesOf = (svg: string): number =>
  svg.match(/<path[^>]* d="[^"]*A[^"]*"[^>]*stroke="#1b1f24" stroke-width="1.6"/g)?.length ?? 0;

describe('accuracy against the settings that arms combine', () => {
  it('has the setting on a logarithmic axis, and a dot for every run', async () => {
    const svg = await drawn(await dataOf({ baseLr }));
    expect(svg).toContain('learning rate, log scale');
    for (const rate of baseLr) expect(svg).toContain(`>${rate}</text>`);
    expect(svg.match(/opacity="0.6"/g)?.length).toBeGreaterThanOrEqual(2 * baseLr.length * 3);
  });

  it('has room for the intervals, and says where one is cut', async () => {
    const spread =
      (factor: number): MadeUpHits =>
      (run) =>
        hits(run)! + factor * run.seed;
    const wide = await dataOf({ baseLr, momentum: [0.5, 0.9] }, spread(200));
    const low = Math.min(...wide.groups.map(({ interval }) => interval!.low));
    const ticks = [...(await drawn(wide)).matchAll(/text-anchor="end"[^>]*>(\d+)<\/text>/g)].map(([, tick]) =>
      Number(tick),
    );
    expect(Math.min(...ticks)).toBeLessThanOrEqual(low);
    expect(await drawn(wide)).not.toContain('cut at the edge');
    const twoRuns: MadeUpHits = (run) => (run.seed < 2 ? spread(200)(run) : undefined);
    expect(await drawn(await dataOf({ baseLr, momentum: [0.5, 0.9] }, twoRuns))).toContain('cut at the edge');
  });

  it('has a line for each value of the other setting', async () => {
    const svg = await drawn(await dataOf({ baseLr, momentum: [0.5, 0.9] }));
    expect(svg).toContain('>momentum 0.5</text>');
    expect(svg).toContain('>momentum 0.9</text>');
  });

  it('marks the arm with the highest mean at each task, and in the legend', async () => {
    expect(circlesOf(await drawn(await dataOf({ baseLr })))).toBe(2 + 1);
    expect(circlesOf(await drawn(await dataOf({ baseLr }, () => undefined)))).toBe(1);
  });

  it('is a map with means and intervals where both settings have many values', async () => {
    const data = await dataOf({ baseLr, momentum: [0.5, 0.9, 0.95] });
    const svg = await drawn(data);
    for (const { summary, interval } of data.groups) {
      expect(svg).toContain(`>${summary!.mean.toFixed(1)}</tspan>`);
      expect(svg).toContain(`>±${((interval!.high - interval!.low) / 2).toFixed(1)}</tspan>`);
    }
  });

  it('says of published numbers that lie beyond the axes that they do', async () => {
    expect(await drawn(await dataOf({ baseLr }))).toContain('Reproduction of 2021: mean, beyond the axes');
  });
});

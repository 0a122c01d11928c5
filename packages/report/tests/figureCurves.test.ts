import { logger, parse, View, Warn } from 'vega';
import { compile } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { figureCurves } from '../src/figureCurves.ts';
import { layouts } from '../src/figureParts.ts';
import { buildReportData, type ReportData } from '../src/reportData.ts';
import { likeThePaper, madeUpInput } from '../testing/sample.ts';

/** Runs of two arms whose losses fall to `last`, with a jump at step 10. */
async function curvesOf(seeds: number, last = 0.5): Promise<ReportData> {
  const set = [`seeds={count: ${seeds}}`];
  const input = await madeUpInput('lr-ablation', 'paper', likeThePaper, set);
  const extras = new Map(
    input.records.map(({ id, spec }) => {
      const losses = Array.from({ length: 30 }, (_, step) => ({
        step: step + 1,
        loss: 2 * (last / 2) ** (step / 29) * (1 + spec.fineTune.seed / 100) + (step === 9 ? 1 : 0),
      }));
      return [id, { files: {}, losses }];
    }),
  );
  return buildReportData({ ...input, extras });
}

/** The figure as drawn, where a reader has chosen something. */
async function drawn(data: ReportData, chosen: Record<string, unknown> = {}): Promise<string> {
  const view = new View(parse(compile(figureCurves(data, layouts.page)).spec), { renderer: 'none' });
  for (const [signal, value] of Object.entries(chosen)) view.signal(signal, value);
  return view.toSVG();
}

const [first, second] = ['#D55E00', '#7711aa'];
const lines = (svg: string, colour: string, width: string): string[] =>
  svg.match(
    new RegExp(`<path[^>]*d="M[^"]*L[^"]*"[^>]*stroke="${colour}" stroke-width="${width}"[^>]*>`, 'g'),
  ) ?? [];
const bands = (svg: string, colour: string): number =>
  svg.match(new RegExp(`<path[^>]*fill="${colour}" opacity="0.16"`, 'g'))?.length ?? 0;

describe('the learning curves', () => {
  it.each(Object.entries(layouts))('are faultless Vega-Lite for a %s', async (_, layout) => {
    const complaints: unknown[] = [];
    const quiet = logger(Warn, undefined, (_method, _level, words) => complaints.push(words));
    compile(figureCurves(await curvesOf(5), layout), { logger: quiet });
    expect(complaints).toEqual([]);
  });

  it('show for each arm and task the mean of its runs, their band, and a line for each run', async () => {
    const svg = await drawn(await curvesOf(5));
    for (const colour of [first, second]) {
      expect(lines(svg, colour, '2')).toHaveLength(2);
      expect(bands(svg, colour)).toBe(2);
      expect(lines(svg, colour, '0.8')).toHaveLength(2 * 5);
    }
  });

  it('have no lines of single runs where these are many', async () => {
    const data = await curvesOf(5);
    const more = data.groups.map((group) => ({
      ...group,
      runs: [...group.runs, ...group.runs.map((run) => ({ ...run, id: `${run.id}-again` }))],
    }));
    const svg = await drawn({ ...data, groups: more });
    expect(lines(svg, first, '0.8')).toHaveLength(0);
    expect(lines(svg, first, '2')).toHaveLength(2);
  });

  it('leave out the arms that a reader hides', async () => {
    const data = await curvesOf(3);
    const svg = await drawn(data, { hidden: [data.arms[0]] });
    expect(bands(svg, first)).toBe(0);
    expect(bands(svg, second)).toBe(2);
  });

  it('are smoother the more a reader smooths them', async () => {
    const data = await curvesOf(3);
    /** How far the mean of the first arm goes up at its jump, in pixels. */
    const jump = async (smoothing: number): Promise<number> => {
      const path = /d="M([^"]*)"/.exec(lines(await drawn(data, { smoothing }), first, '2')[0]!)![1]!;
      const heights = path.split('L').map((point) => Number(point.split(',')[1]));
      return Math.max(...heights.slice(1).map((height, index) => heights[index]! - height));
    };
    const [asIs, some, much] = [await jump(0), await jump(1), await jump(2)];
    expect(asIs).toBeGreaterThan(some);
    expect(some).toBeGreaterThan(much);
  });

  it.each([
    ['linear', 0.5, 'loss of the training batch, nats<'],
    ['logarithmic', 0.01, 'loss of the training batch, nats, log scale<'],
  ])('have a %s axis where losses fall to %d', async (_, last, title) => {
    expect(await drawn(await curvesOf(2, last))).toContain(title);
  });
});

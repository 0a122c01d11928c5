import { logger, Warn } from 'vega';
import { compile } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { figureDifferences, hasDifferences, mostDifferences } from '../src/figureDifferences.ts';
import { ink } from '../src/figureStyle.ts';
import { layouts } from '../src/figureParts.ts';
import { renderSvg } from '../src/renderFigure.ts';
import { buildReportData, type ReportData } from '../src/reportData.ts';
import { figureWords } from '../src/view/figureWords.ts';
import { madeUpInput, type MadeUpHits } from '../testing/sample.ts';

const hits: MadeUpHits = ({ seed, shots, arm }) =>
  2000 + 31 * seed + 7 * Number(shots) + 5 * arm.name.length * (1 + seed);

const dataOf = async (config: string, made: MadeUpHits = hits): Promise<ReportData> =>
  buildReportData(await madeUpInput(config, 'paper', made));

/** The dots of single seeds. */
const dotsOf = (svg: string): string[] =>
  svg.match(new RegExp(`<path[^>]* fill="${ink}"[^>]*opacity="0.55"`, 'g')) ?? [];

const cases: [string, Promise<ReportData>][] = [
  ['two comparisons', dataOf('lr-ablation')],
  ['sixteen comparisons', dataOf('lr-and-schedule')],
  [
    'one, of a single seed',
    dataOf('lr-ablation', (run) => (run.seed === 0 && run.shots === 1 ? 2000 : undefined)),
  ],
  ['equal arms', dataOf('lr-ablation', () => 2000)],
];

describe.each(cases)('the figure of differences between arms, with %s', (_, made) => {
  it.each(Object.entries(layouts))('is faultless Vega-Lite for a %s', async (_layout, layout) => {
    const complaints: unknown[] = [];
    const quiet = logger(Warn, undefined, (_method, _level, words) => complaints.push(words));
    compile(figureDifferences(await made, layout), { logger: quiet });
    expect(complaints).toEqual([]);
  });

  it('has a dot for each seed of each comparison, and words for each', async () => {
    const data = await made;
    const svg = await renderSvg(figureDifferences(data, layouts.page));
    const seeds = data.comparisons.reduce((sum, comparison) => sum + comparison.seeds.length, 0);
    expect(dotsOf(svg)).toHaveLength(seeds);
    for (const { title, outcome } of data.comparisons) expect(svg).toContain(`${title}: ${outcome}`);
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});

it('a figure of very many differences shows the first, and says so', async () => {
  const data = await dataOf('lr-ablation');
  const comparisons = Array.from({ length: 50 }, (_, index) => ({
    ...data.comparisons[0]!,
    title: `Comparison ${index}`,
  }));
  const many = { ...data, comparisons };
  const svg = await renderSvg(figureDifferences(many, layouts.phone));
  expect(svg.match(/Comparison \d+/g)).toHaveLength(mostDifferences);
  expect(figureWords(many, 'differences').caption).toContain('The first 40 of 50 comparisons.');
});

it('a report of one arm has no figure of differences', async () => {
  expect(hasDifferences(await dataOf('fig6'))).toBe(false);
});

import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logger, Warn } from 'vega';
import { compile } from 'vega-lite';
import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { layouts } from '../src/figureParts.ts';
import { wrapLines } from '../src/wrapLines.ts';
import type { FigureRow } from '../src/figureRows.ts';
import { figureSpec } from '../src/figureSpec.ts';
import { renderPng, renderSvg } from '../src/renderFigure.ts';
import { buildReportData } from '../src/reportData.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { likeThePaper, madeUpInput, nearChance } from '../testing/sample.ts';

/** All rows in a specification, wherever they stand. */
function rowsOf(spec: unknown): FigureRow[] {
  if (Array.isArray(spec)) return spec.flatMap(rowsOf);
  if (typeof spec !== 'object' || spec === null) return [];
  const own = 'kind' in spec && 'top1' in spec ? [spec as FigureRow] : [];
  return [...own, ...Object.values(spec).flatMap(rowsOf)];
}

const rows = (input: ReportInput): FigureRow[] => rowsOf(figureSpec(buildReportData(input)));
const of = (all: FigureRow[], kind: FigureRow['kind'], shots = 1): FigureRow[] =>
  all.filter((row) => row.kind === kind && row.shots === shots);

describe('the panels of Figure 6', () => {
  it('have the paper’s medians of five architectures and three upstreams', async () => {
    const medians = of(rows(await madeUpInput('fig6', 'paper', likeThePaper)), 'claim');
    expect(medians).toHaveLength(15);
    expect(medians.find(({ series, column }) => series === 'BiT-M' && column === 'R50x3')?.top1).toBe(52.4);
  });

  it('hold all public networks, told apart by their upstreams', async () => {
    const input = await madeUpInput('fig6-full', 'paper', likeThePaper, ['dataset=cifar10']);
    const all = of(rows(input), 'run');
    expect(all).toHaveLength(50);
    expect([...new Set(all.map(({ column }) => column))]).toEqual(input.target!.figure!.x);
    const texts = JSON.stringify(figureSpec(buildReportData(input)));
    expect(texts).toContain('BiT-S: one run');
    expect(texts).not.toContain('BiT-S R50x1: one run');
  });

  it('tell dots that lie under another marker from those that do not', async () => {
    const all = rows(await madeUpInput('fig6', 'paper', likeThePaper));
    expect(of(all, 'claimed run')).toHaveLength(12);
    expect(of(all, 'claimed rough run').map(({ series, top1 }) => [series, top1])).toEqual([
      ['BiT-S', 46.9],
      ['BiT-S', 47.5],
      ['BiT-M', 52.7],
    ]);
  });

  it('have the points and the mean of 2021', async () => {
    const all = rows(await madeUpInput('fig6', 'paper', likeThePaper));
    expect(of(all, 'other run', 5)).toHaveLength(5);
    expect(of(all, 'other value', 5).map(({ column, top1 }) => [column, top1])).toEqual([['R50x3', 85.006]]);
  });

  it('have our runs, their median and their mean in the column of the same network', async () => {
    const all = rows(await madeUpInput('fig6', 'paper', likeThePaper));
    expect(of(all, 'run').map(({ column, top1 }) => [column, top1])).toEqual(
      [48.2, 51.33, 54.07, 55.12, 61.5].map((top1) => ['R50x3', top1]),
    );
    expect([...of(all, 'median'), ...of(all, 'mean')].map(({ column }) => column)).toEqual([
      'R50x3',
      'R50x3',
    ]);
  });

  it('give any other network a column under its full name, never the paper’s', async () => {
    const all = rows(await madeUpInput('fig6', 'embedded', nearChance));
    const columns = ['run', 'median', 'mean'].flatMap((kind) => of(all, kind as FigureRow['kind']));
    expect(new Set(columns.map(({ column }) => column))).toEqual(
      new Set(['BiT-mini (stand-in)', 'mini with random weights (seed 0), not BiT-M']),
    );
  });

  it('name the run of every dot', async () => {
    const input = await madeUpInput('fig6', 'embedded', nearChance);
    const labels = of(rows(input), 'run').map(({ label }) => label);
    const ids = input.records.filter(({ spec }) => spec.fineTune.shots === 1).map(({ id }) => id);
    expect(labels.map((label) => /\(run (.*)\)/.exec(label)?.[1])).toEqual(ids);
  });
});

describe('accuracy against shots', () => {
  it('is drawn where the paper has no panels for the shots', async () => {
    const all = rows(
      await madeUpInput('shots-1-to-10', 'paper', ({ shots, seed }) => 5000 + 100 * Number(shots) + seed),
    );
    expect(new Set(all.filter(({ kind }) => kind === 'run').map(({ shots }) => shots)).size).toBe(10);
    expect(all.filter(({ kind }) => kind === 'claim').map(({ shots, top1 }) => [shots, top1])).toEqual([
      [1, 52.4],
      [5, 85.5],
    ]);
  });

  it('puts arms beside each other', async () => {
    const all = rows(await madeUpInput('lr-ablation', 'paper', likeThePaper)) as (FigureRow & {
      position: number;
    })[];
    expect(of(all, 'median').map(({ series }) => series)).toEqual([
      '0.003 (paper)',
      '0.001 (reproduction of 2021)',
    ]);
    expect(new Set(all.filter(({ kind }) => kind === 'median').map(({ position }) => position)).size).toBe(4);
  });
});

const figures = [
  ['fig6', 'paper'],
  ['fig6', 'embedded'],
  ['lr-and-schedule', 'embedded'],
  ['shots-1-to-10', 'embedded'],
  ['smoke', 'embedded'],
] as const;

describe.each(figures)('the figure of %s (%s)', (config, profile) => {
  it.each(Object.entries(layouts))('is faultless Vega-Lite for a %s', async (_, layout) => {
    const complaints: unknown[] = [];
    const quiet = logger(Warn, undefined, (_method, _level, words) => complaints.push(words));
    const data = buildReportData(await madeUpInput(config, profile, nearChance));
    compile(figureSpec(data, layout), { logger: quiet });
    expect(complaints).toEqual([]);
  });

  it('is drawn in full also without any run', async () => {
    const data = buildReportData(await madeUpInput(config, profile, () => undefined));
    expect(await renderSvg(figureSpec(data))).toContain('</svg>');
  });
});

describe('a drawn figure', () => {
  const draw = async (): Promise<string> =>
    renderSvg(figureSpec(buildReportData(await madeUpInput('fig6', 'embedded', nearChance))));

  it('has the same bytes each time', async () => {
    expect(await draw()).toBe(await draw());
  });

  it('draws a dot for every run', async () => {
    const svg = await draw();
    for (const colour of ['#D55E00', '#7711aa']) {
      expect(svg.match(new RegExp(`fill="${colour}"`, 'g'))).toHaveLength(10 + 1);
    }
  });

  it.each(['fig6', 'lr-ablation'])('has runs of equal accuracy side by side: %s', async (config) => {
    const data = buildReportData(await madeUpInput(config, 'embedded', () => 2000));
    const svg = await renderSvg(figureSpec(data));
    const dots = svg.match(/<path transform="[^"]*"[^>]*fill="#D55E00" stroke="white"/g) ?? [];
    expect(dots.length).toBeGreaterThan(9);
    expect(new Set(dots).size).toBe(dots.length);
  });

  it('says in words that the network is not the paper’s', async () => {
    expect(await draw()).toContain(
      'This report: BiT-mini (stand-in); mini with random weights (seed 0), not BiT-M',
    );
  });

  it('becomes a PNG of twice its size', async () => {
    const svg = await draw();
    const { width, height } = new Resvg(svg);
    const png = Buffer.from(renderPng(svg));
    expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * width, 2 * height]);
  });

  it('has its text drawn with the font of the package', async () => {
    const svg = await draw();
    const withoutText = svg.replace(/<text[\s\S]*?<\/text>/g, '');
    expect(renderPng(svg).length).toBeGreaterThan(1.5 * renderPng(withoutText).length);
  });
});

describe('text that the figure’s font has no shapes for', () => {
  const png = (text: string): Buffer => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="99" height="30"><text y="20" font-size="15">${text}</text></svg>`;
    return Buffer.from(renderPng(svg));
  };

  it.each([
    ['Japanese', '再現できる', '微調整です'],
    ['Chinese', '学习率', '学習率'],
    ['Korean', '학습률', '재현성'],
    ['Thai', 'ไทย', 'กขค'],
    ['emoji', '🚀', '👍'],
  ])('is drawn all the same, in shapes and not in boxes: %s', (_, text, other) => {
    expect(png(text)).not.toEqual(png(other));
    expect(png(text)).toEqual(png(text));
  });

  it('leaves nothing of the font that it was drawn with', () => {
    const temporary = mkdtempSync(join(tmpdir(), 'fonts-'));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    png('再現');
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('a heading', () => {
  it.each([
    ['between words', 'one two three four', ['one two', 'three four']],
    ['nowhere in a word', 'reproducibility of it', ['reproducibility', 'of it']],
    ['between Chinese characters', '学习率零点零零三', ['学习率零点零', '零三']],
    [
      'not before or behind a mark that stays with its character',
      '再現（一）（論文）、実験',
      ['再現（一）', '（論文）、実', '験'],
    ],
  ])('is broken %s', (_, text, lines) => {
    expect(wrapLines(text, { width: 75, fontSize: 12 })).toEqual(lines);
  });
});

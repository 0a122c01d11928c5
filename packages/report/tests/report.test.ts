import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { escapeMarkdown } from '../src/escapeMarkdown.ts';
import { reportFileNames, reportFiles } from '../src/reportFiles.ts';
import { writeReport } from '../src/writeReport.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { renderTemplate } from '../src/templates.ts';
import { likeThePaper, madeUpInput, nearChance } from '../testing/sample.ts';

interface Pages {
  html: string;
  md: string;
  folder: string;
}

async function write(input: ReportInput): Promise<Pages> {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeReport(input, folder);
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  return { folder, html: await read(reportFiles.html), md: await read(reportFiles.markdown) };
}

/** Made-up runs have no events and no predictions, so there are neither curves nor mistakes; a single arm has no differences. */
const expectedFiles = reportFileNames
  .filter((name) => !/^(curves|differences|confusion|mistakes)/.test(name))
  .sort();

const textOf = (html: string): string => html.replace(/<\/?data[^>]*>/g, '');

/** The page without the scripts of its own, whose contents are data or Vega's. */
const withoutScripts = (html: string): string =>
  html.replace(/<script[^>]*>[^<]*(?:<(?!\/script>)[^<]*)*<\/script>/g, '');

describe('a report', () => {
  it('is whole: pages, figure and numbers', async () => {
    const { folder } = await write(await madeUpInput('fig6', 'paper', likeThePaper));
    expect((await readdir(folder)).sort()).toEqual(expectedFiles);
  });

  it('has the same bytes each time', async () => {
    const input = await madeUpInput('fig6', 'embedded', nearChance);
    const [one, other] = [await write(input), await write(input)];
    expect([one.html, one.md]).toEqual([other.html, other.md]);
  });

  it('says first that another network is not the paper’s', async () => {
    const { html, md } = await write(await madeUpInput('fig6', 'embedded', nearChance));
    expect(html.indexOf('Verdict on the paper: not applicable')).toBeGreaterThan(0);
    expect(html.indexOf('Verdict on the paper: not applicable')).toBeLessThan(html.indexOf('<figure>'));
    expect(md.indexOf('Verdict on the paper: not applicable')).toBeLessThan(md.indexOf('figure.png'));
  });

  it('says nothing of the kind for the published network', async () => {
    const { html, md } = await write(await madeUpInput('fig6', 'paper', likeThePaper));
    expect(html + md).not.toContain('Verdict on the paper: not applicable');
  });

  it('is made without any run, too, and says that all are missing', async () => {
    const { html, md } = await write(await madeUpInput('fig6', 'paper', () => undefined));
    expect(html).toContain('10 of 10 runs are missing');
    expect(md).toContain('10 of 10 runs are missing');
  });

  it('is made without published numbers to compare with', async () => {
    const { target, ...input } = await madeUpInput('fig6', 'embedded', nearChance);
    expect(target).toBeDefined();
    const { html } = await write(input);
    expect(html).not.toContain('Figure 6 of the BiT paper, with');
    expect(html).toContain('10.90');
  });

  it('shows our numbers beside the published ones in both pages', async () => {
    const { html, md } = await write(await madeUpInput('fig6', 'paper', likeThePaper));
    expect(md).toContain('| BiT-HyperRule | BiT-M-R50x3 | 5 | 54.07 | 54.04 | 47.89 – 60.20 |');
    expect(md).toContain('| Paper, Figure 6 | BiT-M-R50x3 | 5 | 52.4 | 52.3 | 47.3 – 57.3 |');
    expect(md).toContain('| 4.96 | 48.20 – 61.50 | 48.20, 51.33, 54.07, 55.12, 61.50 |');
    expect(textOf(html)).toContain('48.20, 51.33, 54.07, 55.12, 61.50');
    expect(textOf(html)).toContain('58.83, 58.01, 48.34, 62.96, 54.17');
  });

  it('names every run and its training images', async () => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    const { html, md } = await write(input);
    expect(input.records.filter(({ id }) => html.includes(id) && md.includes(id))).toHaveLength(10);
    const { subset } = input.records[3]!.result;
    const [airplane, automobile] = 'all' in subset ? [] : subset.indices;
    expect(html).toContain(`airplane ${airplane}; automobile ${automobile}; bird `);
  });

  it('says so where runs learnt from all training images', async () => {
    const all = await madeUpInput('fig6', 'paper', ({ seed }) => 9700 + seed, ['shots=[5, all]']);
    const { html, md } = await write(all);
    const [heading, subset] = [/>all training images</, /All training images, seed 0/];
    expect(html).toMatch(heading);
    expect(html).toMatch(subset);
    expect(md).toMatch(/\| All training images \| 0 \| 1 \| all 1,000 \|/);
    expect(all.records.at(-1)!.id).toMatch(/^bit-m-r50x3-all-images-seed4-/);
  });

  it('loads nothing from anywhere', async () => {
    const page = withoutScripts((await write(await madeUpInput('fig6', 'embedded', nearChance))).html);
    expect(page).not.toMatch(/<(script|link|iframe|object|embed|base)\b/i);
    expect(page).not.toMatch(/(src|srcset|action)\s*=\s*["'](?!data:image\/png;base64,)/i);
    expect(page).not.toMatch(/url\(|@import/i);
  });

  it('describes its figures and its tables to those who cannot see them', async () => {
    const { html } = await write(await madeUpInput('fig6', 'paper', likeThePaper));
    expect(html).toMatch(
      /role="img" aria-label="Top-1 accuracy on CIFAR-10: BiT-HyperRule beside the published/,
    );
    expect(html.match(/<th(?! scope=)[ >]/g)).toBeNull();
  });

  it('keeps every row of a Markdown table as wide as its head', async () => {
    const { md } = await write(await madeUpInput('lr-and-schedule', 'embedded', nearChance));
    const tables = md.split('\n\n').filter((block) => block.startsWith('|'));
    const columns = tables.map((table) => table.split('\n').map((row) => row.split(/(?<!\\)\|/).length));
    expect(columns.length).toBeGreaterThan(4);
    for (const widths of columns) expect(new Set(widths).size).toBe(1);
  });
});

describe('hostile names', () => {
  const hostile =
    '<script>alert(1)</script> | `x` [a](javascript:b) $x$ {{7*7}}\n# heading "quoted" \' <!-- ';

  async function hostileReport(): Promise<Pages> {
    const input = await madeUpInput('lr-ablation', 'embedded', nearChance);
    const { experiment, planned, records } = input;
    const profiles = experiment.profiles.map((profile) => ({
      ...profile,
      title: hostile,
      arms: profile.arms.map((arm) => ({ ...arm, title: `${hostile} ${arm.name}` })),
    }));
    return write({
      ...input,
      experiment: { ...experiment, title: hostile, description: hostile, profiles },
      records: records.slice(1).map((record) => ({ ...record, id: hostile })),
      planned: planned.map((run) => ({ ...run, weights: { kind: 'file', name: hostile, path: hostile } })),
      failures: [{ run: planned[0]!, reason: hostile }],
    });
  }

  it('are text in the page and in its figure', async () => {
    const html = withoutScripts((await hostileReport()).html);
    expect(html).not.toMatch(/<script/i);
    expect(html).not.toContain('<!-- ');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('{{7*7}}');
  });

  it('are text in Markdown: no markup, link, formula, heading or table cell', async () => {
    const { md } = await hostileReport();
    expect(md).not.toMatch(/<script|<!--/i);
    expect(md).not.toMatch(/(?<!\\)\[a/);
    expect(md).not.toMatch(/(?<!\\)`/);
    expect(md).not.toMatch(/(?<!\\)\$/);
    expect(md).not.toMatch(/^# heading/m);
    const tables = md.split('\n\n').filter((block) => block.startsWith('|'));
    for (const table of tables) {
      expect(
        new Set(
          table
            .trimEnd()
            .split('\n')
            .map((row) => row.split(/(?<!\\)\|/).length),
        ).size,
      ).toBe(1);
    }
  });

  it('do not reach beyond the report’s folder', async () => {
    const { folder } = await hostileReport();
    expect(reportFileNames).toEqual(expect.arrayContaining(await readdir(folder)));
  });
});

it.each([
  ['a | b', 'a \\| b'],
  ['a\nb', 'a b'],
  ['<b>', '&lt;b&gt;'],
  ['`code` *strong* _em_ ~gone~', '\\`code\\` \\*strong\\* \\_em\\_ \\~gone\\~'],
  ['![image](x)', '\\!\\[image\\](x)'],
  ['$x$', '\\$x\\$'],
  ['- item', '\\- item'],
  ['1. item', '1\\. item'],
  ['0.003', '0.003'],
  ['BiT-M-R50x3', 'BiT-M-R50x3'],
  ['https://example.test', 'https:\\/\\/example.test'],
  ['by @ada, see #12 and GH-3', 'by \\@&#8203;ada, see \\#&#8203;12 and GH-&#8203;3'],
  ['# 1 @ 2', '\\# 1 \\@ 2'],
  ['a \\| b', 'a \\\\\\| b'],
])('escapes %j for Markdown as %j', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

it('refuses a template that asks for more than there is', async () => {
  await expect(renderTemplate('md', { title: 'alone' })).rejects.toThrow(/not defined/);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { accessibilityProblems, launchBrowser, widthAndRoom } from '@bit-repro/artifacts/testing';
import { reportFiles } from '../src/reportFiles.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { writeReport } from '../src/writeReport.ts';
import { likeThePaper, madeUpFigure6, madeUpInput, nearChance, withPredictions } from '../testing/sample.ts';

let browser: Browser;
let folder: string;
const pages: Record<string, string> = {};

beforeAll(async () => {
  browser = await launchBrowser();
  folder = await mkdtemp(join(tmpdir(), 'bit-repro-page-'));
  const inputs: Record<string, ReportInput> = {
    paper: await madeUpInput('fig6', 'paper', likeThePaper),
    embedded: await madeUpInput('fig6', 'embedded', nearChance),
    ablation: await madeUpInput('lr-and-schedule', 'paper', nearChance),
    shots: await madeUpInput('shots-1-to-10', 'embedded', nearChance),
    empty: await madeUpInput('fig6', 'paper', () => undefined),
    many: await madeUpFigure6(likeThePaper),
    mistakes: withPredictions(await madeUpInput('fig6', 'embedded', nearChance)),
  };
  for (const [name, input] of Object.entries(inputs)) {
    const losses = Array.from({ length: 20 }, (_, step) => ({ step, loss: 2.3 / (1 + step) }));
    const extras = new Map(
      input.records.map(({ id }) => [id, { files: {}, losses, picture: pixel, ...input.extras?.get(id) }]),
    );
    await writeReport({ ...input, extras }, join(folder, name));
    pages[name] = pathToFileURL(join(folder, name, reportFiles.html)).href;
  }
}, 120_000);

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/** A PNG of one pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Opens a report; whatever it complains of, or asks of the network, fails the test. */
async function open(name: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
  });
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(pages[name]!);
  if (options.javaScriptEnabled !== false) {
    await page.waitForSelector('.chart[data-figure="figure"]:visible > div svg');
  }
  return page;
}

/** What is said of what one points at. */
async function tipOf(page: Page): Promise<string | null> {
  await page.locator('.tip').waitFor();
  return page.locator('.tip').textContent();
}

/** Opens what is shown only when it is asked for. */
const openAll = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });

describe('a report in a browser', () => {
  it.each(['paper', 'embedded', 'ablation', 'shots', 'empty'])('draws its figures: %s', async (name) => {
    const page = await open(name);
    expect(await page.locator('.chart[data-figure="figure"]:visible svg path').count()).toBeGreaterThan(10);
  });

  it('names the run that one points at', async () => {
    const page = await open('paper');
    const marks = page.locator('.chart[data-figure="scatter"]:visible').locator('.mark-symbol path');
    await marks.first().hover();
    const tip = page.locator('.tip');
    await tip.waitFor();
    expect(await tip.textContent()).toMatch(
      /seed \d: \d+\.\d\d % \(run bit-m-r50x3-\dshot-seed\d-[0-9a-f]{12}\)/,
    );
    await page.mouse.move(5, 5);
    await tip.waitFor({ state: 'hidden' });
  });

  it.each([
    ['light', 'paper', { colorScheme: 'light' }],
    ['dark', 'paper', { colorScheme: 'dark' }],
    ['on a phone', 'paper', { viewport: { width: 390, height: 844 } }],
    ['not complete', 'empty', {}],
    ['of arms', 'ablation', { colorScheme: 'dark' }],
    ['of a stand-in', 'embedded', {}],
  ] as const)('is accessible: %s', async (_, name, options) => {
    const page = await open(name, options);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark, on a phone', { colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
  ] as const)('has accessible mistakes that no edge cuts off: %s', async (_, options) => {
    const page = await open('mistakes', options);
    await openAll(page);
    expect(await accessibilityProblems(page)).toEqual([]);
    const [width, room] = await widthAndRoom(page);
    expect(width).toBe(room);
    expect(await page.locator('.mistakes svg').count()).toBe(4 * 12);
  });

  it('names the confusion that one points at, once it has been opened', async () => {
    const page = await open('mistakes');
    await openAll(page);
    const chart = page.locator('.chart[data-figure="confusion"]:visible');
    await chart.locator('> div svg').waitFor();
    await chart.locator('.concat_0_layer_1_marks text').first().hover();
    await page.locator('.tip').waitFor();
    expect(await page.locator('.tip').textContent()).toMatch(
      /^airplane recognised: \d+\.\d\d % \(\d+ images\)$/,
    );
  });

  const linesOf = (page: Page): Promise<number> =>
    page.locator('.chart[data-figure="curves"]:visible svg path[stroke-width="2"]:not([d=""])').count();

  it('lets a reader leave arms out of the learning curves, and has all on paper', async () => {
    const page = await open('ablation');
    const boxes = page.locator('.controls input[type=checkbox]');
    await page.getByText('Choose arms, smooth the losses').click();
    await boxes.first().waitFor();
    expect(await boxes.count()).toBe(4);
    expect(await linesOf(page)).toBe(8);
    await page.getByRole('checkbox', { name: 'Rate of 2021 alone' }).uncheck();
    expect(await linesOf(page)).toBe(6);
    await page.getByRole('button', { name: 'None' }).click();
    expect(await linesOf(page)).toBe(0);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await linesOf(page)).toBe(8);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.controls').isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await linesOf(page)).toBe(0);
    await page.getByRole('button', { name: 'All' }).click();
    expect(await linesOf(page)).toBe(8);
  });

  it('lets a reader smooth the losses', async () => {
    const page = await open('paper');
    const line = page.locator('.chart[data-figure="curves"]:visible svg path[stroke-width="2"]').first();
    await page.getByText('Smooth the losses').click();
    expect(await page.locator('.controls fieldset').count()).toBe(0);
    const asIs = await line.getAttribute('d');
    await page.getByLabel('Smoothing of the losses').selectOption('over 5 points');
    expect(await line.getAttribute('d')).not.toBe(asIs);
    await page.getByLabel('Smoothing of the losses').selectOption('none');
    expect(await line.getAttribute('d')).toBe(asIs);
  });

  it('is dark where the reader wants it dark', async () => {
    const background = async (colorScheme: 'light' | 'dark'): Promise<string> => {
      const page = await open('paper', { colorScheme });
      const grounds = await page.evaluate(() =>
        ['.chart[data-figure="figure"] svg', '.chart[data-figure="scatter"] svg', 'body'].map(
          (selector) => getComputedStyle(document.querySelector(selector)!).backgroundColor,
        ),
      );
      expect(grounds.slice(0, 2)).toEqual(['rgba(0, 0, 0, 0)', 'rgba(0, 0, 0, 0)']);
      return grounds[2]!;
    };
    expect(await background('light')).toBe('rgb(255, 255, 255)');
    expect(await background('dark')).toBe('rgb(20, 24, 29)');
  });

  it('shows on a dark page also what is filled with ink', async () => {
    const page = await open('ablation', { colorScheme: 'dark' });
    const fill = await page.evaluate(() => {
      const dot = document.querySelector('.chart[data-figure="differences"] svg [fill="#1b1f24"]')!;
      return getComputedStyle(dot).fill;
    });
    expect(fill).toBe('rgb(230, 233, 237)');
  });

  it('does not scroll sideways on a phone, and has a figure of its width', async () => {
    const page = await open('embedded', { viewport: { width: 390, height: 844 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await page.locator('.chart.phone').first().isVisible()).toBe(true);
    expect(await page.locator('.chart.page').first().isVisible()).toBe(false);
  });

  it.each(['paper', 'embedded', 'ablation', 'shots', 'empty', 'mistakes', 'many'])(
    'does not scroll sideways at any width: %s',
    async (name) => {
      const page = await open(name);
      await openAll(page);
      for (const width of [320, 390, 768, 1099, 1100, 1440]) {
        await page.setViewportSize({ width, height: 844 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      }
    },
  );

  it('has its verdict and takeaway in view on a phone, below the title alone', async () => {
    const page = await open('paper', { viewport: { width: 390, height: 844 } });
    expect(await page.locator('h1 + .takeaway').boundingBox()).toMatchObject({ x: 16 });
    const { y, height } = (await page.locator('.takeaway').boundingBox())!;
    expect(y + height).toBeLessThan(500);
  });

  it('shows its figures without JavaScript, too', async () => {
    const page = await open('paper', { javaScriptEnabled: false });
    expect(await page.locator('.chart.page[data-figure="figure"] svg').isVisible()).toBe(true);
  });

  it('shows the training images', async () => {
    const page = await open('paper');
    const images = page.locator('.picture img');
    expect(await images.count()).toBe(10);
    expect(await images.first().getAttribute('alt')).toContain('airplane');
  });
});

describe('a number of a report', () => {
  const median = 'main td.key data';

  it('shows how it was made, and its runs, when it is pointed at', async () => {
    const page = await open('paper');
    await page.locator(median).first().hover();
    expect(await tipOf(page)).toMatch(
      /^Median of 5 runs of BiT-HyperRule, BiT-M-R50x3, 1 example per class(bit-m-r50x3-1shot-seed\d-[0-9a-f]{12}){5}$/,
    );
    // Into the box, which stays, and away from it.
    await page.locator('.tip').hover();
    expect(await page.locator('.tip').isVisible()).toBe(true);
    await page.mouse.move(5, 5);
    await page.locator('.tip').waitFor({ state: 'hidden' });
  });

  it('shows them when it is reached with the keyboard, until Escape', async () => {
    const page = await open('paper');
    await page.locator(median).first().focus();
    await page.keyboard.press('ArrowRight');
    expect(await tipOf(page)).toMatch(/^Mean of 5 runs/);
    const described = page.locator('[aria-describedby="tip"]');
    expect(await described.textContent()).toBe('54.04');
    expect(await described.evaluate((number) => number === document.activeElement)).toBe(true);
    await page.keyboard.press('ArrowDown');
    expect(await tipOf(page)).toMatch(/^Mean of Paper, Figure 6: BiT-M-R50x3, 1 example per class/);
    await page.keyboard.press('Escape');
    expect(await page.locator('.tip').isVisible()).toBe(false);
    expect(await described.count()).toBe(0);
  });

  it('shows them when it is tapped, until something else is', async () => {
    const page = await open('paper', { viewport: { width: 390, height: 844 }, hasTouch: true });
    await page.locator(median).first().tap();
    expect(await tipOf(page)).toMatch(/^Median of 5 runs/);
    await page.locator('h1').tap();
    expect(await page.locator('.tip').isVisible()).toBe(false);
  });

  it('says what was compared, and by which claim', async () => {
    const page = await open('ablation');
    await page.locator('.takeaway data').first().focus();
    expect(await tipOf(page)).toMatch(
      /^Mean of 0\.5 × Rate of 2021 alone .* − 0\.5 × BiT-HyperRule .*, seed by seed over 10 seeds/,
    );
    const judged = await open('paper');
    await judged.locator('.takeaway data').last().click();
    expect(await tipOf(judged)).toMatch(
      /^Margin of 5 runs .*; held to the published BiT-M-R50x3, 5 examples/,
    );
  });

  it('is one stop of the Tab key with the others of its table', async () => {
    const page = await open('paper');
    const stops = page.locator('section[aria-labelledby="results"] table data[tabindex="0"]');
    expect(await stops.count()).toBe(1);
    await page.locator(median).nth(3).focus();
    expect(await stops.count()).toBe(1);
  });

  it('and every other can be read without JavaScript', async () => {
    const page = await open('paper', { javaScriptEnabled: false });
    expect(await page.locator(median).first().textContent()).toBe('54.07');
    expect(await page.locator('.hint').isVisible()).toBe(false);
  });
});

describe('a table of a report', () => {
  const column = (page: Page, place: number): Promise<string[]> =>
    page.locator(`section[aria-labelledby="runs"] tbody tr > :nth-child(${place})`).allTextContents();

  it('sorts by a column of numbers: upwards, downwards, and as it was', async () => {
    const page = await open('embedded');
    const asItWas = await column(page, 4);
    const ordered = [...asItWas].sort((one, other) => Number(one) - Number(other));
    const head = page.locator('section[aria-labelledby="runs"] th', { hasText: 'Top-1' });
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect(await column(page, 4)).toEqual(ordered);
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(await column(page, 4)).toEqual(ordered.reverse());
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBeNull();
    expect(await column(page, 4)).toEqual(asItWas);
  });

  it('sorts by one column at a time, within its groups', async () => {
    const page = await open('paper');
    const table = page.locator('section[aria-labelledby="results"] table');
    for (const title of ['Who', 'Mean']) {
      await table.getByRole('button', { name: title, exact: true }).click();
      expect(await table.locator('[aria-sort]').allTextContents()).toEqual([title]);
    }
    expect(await table.locator('tbody').allTextContents()).toEqual([
      expect.stringMatching(/^\s*1 example per class[^]*Paper[^]*HyperRule[^]*2021/) as string,
      expect.stringMatching(/^\s*5 examples per class[^]*2021[^]*Paper[^]*HyperRule/) as string,
    ]);
  });

  it('has no such buttons where the order of its rows is part of it', async () => {
    const page = await open('paper');
    expect(await page.locator('section[aria-labelledby="differs"] .sort').count()).toBe(0);
  });

  it('keeps its first column in view on a phone, where the rest is scrolled', async () => {
    const page = await open('paper', { viewport: { width: 390, height: 844 } });
    const region = page.locator('section[aria-labelledby="results"] .scroll');
    const first = region.locator('tbody th[scope="row"]').first();
    const before = await first.boundingBox();
    await region.evaluate((element) => (element.scrollLeft = 200));
    expect(await first.boundingBox()).toEqual(before);
  });
});

describe('the contents of a report', () => {
  const current = (page: Page): Promise<string[]> =>
    page.locator('.contents:visible a[aria-current]').allTextContents();

  it('name every section', async () => {
    const page = await open('paper');
    const titles = await page.locator('main h2').allTextContents();
    expect(titles.length).toBeGreaterThan(5);
    expect(await page.locator('.contents.side a').allTextContents()).toEqual(titles);
  });

  it('mark the section in view, beside the text', async () => {
    const page = await open('paper', { viewport: { width: 1440, height: 900 } });
    expect(await current(page)).toEqual([]);
    await page.locator('.contents.side a', { hasText: 'Verdict and controls' }).click();
    await page.waitForSelector('.contents.side a[aria-current]');
    await expect.poll(() => current(page)).toEqual(['Verdict and controls']);
    expect(await page.locator('.contents.side').boundingBox()).toMatchObject({ y: 32 });
  });

  it('are a bar at the top of a narrow page, which names the section and folds up after a choice', async () => {
    const page = await open('paper', { viewport: { width: 768, height: 900 } });
    const bar = page.locator('.contents.bar');
    await bar.locator('summary').click();
    await bar.locator('a', { hasText: 'What differs' }).click();
    await expect.poll(() => bar.locator('summary').textContent()).toBe('Contents · What differs');
    expect(await bar.locator('details').getAttribute('open')).toBeNull();
    expect(await bar.boundingBox()).toMatchObject({ y: 0 });
    const { y } = (await page.locator('#differs').boundingBox())!;
    expect(y).toBeGreaterThan((await bar.boundingBox())!.height - 1);
  });

  it.each([
    ['beside the text', 1440, '.contents.side a'],
    ['in the bar', 390, '.contents.bar a'],
  ])('lead to their sections without JavaScript: %s', async (_, width, selector) => {
    const page = await open('paper', { javaScriptEnabled: false, viewport: { width, height: 844 } });
    if (width === 390) await page.locator('.contents.bar summary').click();
    await page.locator(selector, { hasText: 'Provenance' }).click();
    expect(new URL(page.url()).hash).toBe('#provenance');
  });
});

describe('a report on paper', () => {
  it('has neither controls nor dark colours, and all that is folded up', async () => {
    const page = await open('mistakes', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('.contents:visible, .hint:visible').count()).toBe(0);
    const [ground, ink] = await page.evaluate(() => {
      const style = getComputedStyle(document.body);
      return [style.backgroundColor, style.color];
    });
    expect([ground, ink]).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    expect(await page.locator('.subset-images').first().isVisible()).toBe(true);
  });

  it('has heads of tables that browsers repeat on the next sheet, which those with buttons are not', async () => {
    const page = await open('paper');
    await page.emulateMedia({ media: 'print' });
    const displays = await page
      .locator('thead, thead .sort')
      .evaluateAll((parts) => [...new Set(parts.map((part) => getComputedStyle(part).display))]);
    expect(displays).toEqual(['table-header-group', 'contents']);
  });

  it('has no table wider than the sheet', async () => {
    const page = await open('ablation', { viewport: { width: 688, height: 1000 } });
    await page.emulateMedia({ media: 'print' });
    const widths = await page
      .locator('table')
      .evaluateAll((tables) => tables.map((table) => table.getBoundingClientRect().right));
    expect(Math.max(...widths)).toBeLessThanOrEqual(689);
  });

  it('prints every section', async () => {
    const page = await open('paper');
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(50_000);
  });
});

/// <reference lib="dom" />
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runFiles, type RunStore } from '@bit-repro/runs';
import { finish, seeded, temporaryStore, writeHeartbeat } from '@bit-repro/runs/testing';
import { accessibilityProblems, launchBrowser, widthAndRoom } from '@bit-repro/artifacts/testing';
import { serveStore } from '../src/serveStore.ts';
import { evaluationLine, fillWithAllStates, start, stepLine } from './stores.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 120_000);
afterAll(() => browser.close());

/** Opens the page of a store; whatever it complains of, or asks of others, fails the test. */
async function open(store: RunStore, options: BrowserContextOptions = {}): Promise<Page> {
  const served = await serveStore(store.folder);
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(served.address) && !request.url().startsWith('data:'))
      complaints.push(`asked for ${request.url()}`);
  });
  onTestFinished(async () => {
    await context.close();
    await served.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(served.address);
  await page.locator('#totals:not(:empty)').waitFor();
  return page;
}

const rowOf = (page: Page, seed: number) => page.getByRole('row', { name: `seed ${seed}` });

describe('the page of a store', () => {
  it('shows every run with its state', async () => {
    const store = temporaryStore();
    await fillWithAllStates(store);
    const page = await open(store);
    expect(await page.locator('tbody tr').count()).toBe(10);
    expect(await rowOf(page, 5).textContent()).toContain('The GPU fell off the bus');
    expect(await page.locator('#totals').textContent()).toContain('10 runs');
  });

  it('shows a run that starts, and its progress, without being loaded again', async () => {
    const store = temporaryStore();
    await finish(store, seeded(0));
    const page = await open(store);
    const folder = await start(store, seeded(1), 20);
    await rowOf(page, 1).getByText('20/500').waitFor();
    writeHeartbeat(folder, new Date(), { step: 21 });
    await rowOf(page, 1).getByText('21/500').waitFor();
  });

  it('draws the curves of a running run as they grow', async () => {
    const store = temporaryStore();
    const folder = await start(store, seeded(0), 20);
    const page = await open(store);
    const loss = page.getByRole('img', { name: /^Loss/ });
    await loss.waitFor();
    expect(await loss.getAttribute('aria-label')).toContain('0.1 at 20');
    appendFileSync(join(folder, runFiles.events), stepLine(21, 0.5) + evaluationLine(21, 0.75));
    await page.getByRole('img', { name: /^Top-1.*75 % at 21/ }).waitFor();
    await page.getByRole('img', { name: /^Loss.*0\.5 at 21/ }).waitFor();
    await page.getByRole('img', { name: /^Load of the GPU.*80 % at 0\.5 min/ }).waitFor();
  });

  it('draws the runs that one chooses', async () => {
    const store = temporaryStore();
    await fillWithAllStates(store);
    const page = await open(store);
    const lines = page.locator('figure:first-child .curve');
    await lines.first().waitFor();
    const before = await lines.count();
    await rowOf(page, 0).getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    await page.locator('#legend').getByText('seed 0').waitFor();
    expect(await lines.count()).toBe(before + 1);
    await rowOf(page, 1).getByRole('checkbox').uncheck();
    await page.locator('#legend').getByText('seed 1').waitFor({ state: 'detached' });
  });

  it('finds runs by words and by state', async () => {
    const store = temporaryStore();
    await fillWithAllStates(store);
    const page = await open(store);
    await page.getByRole('searchbox').fill('rule gpu');
    expect(await page.locator('tbody tr').count()).toBe(1);
    expect(await page.getByRole('status').textContent()).toBe('1 of 10 runs');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('combobox').selectOption('foreign');
    expect(await page.locator('tbody tr').count()).toBe(1);
  });

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 390, height: 844 } }],
  ] as const)('is accessible, and does not scroll sideways: %s', async (_, options) => {
    const store = temporaryStore();
    await fillWithAllStates(store);
    const page = await open(store, { ...options, bypassCSP: true });
    await page.locator('figure .curve').first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const [width, room] = await widthAndRoom(page);
    expect(width).toBe(room);
  });
});

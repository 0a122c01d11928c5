import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds wrong with a page: each rule with the first place that breaks it. */
export async function accessibilityProblems(page: Page): Promise<[rule: string, html: string | undefined][]> {
  await page.addScriptTag({ path: axe });
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
}

/** The width of a page's content, and of the window; where the first is more, it scrolls sideways. */
export const widthAndRoom = (page: Page): Promise<[width: number, room: number]> =>
  page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]');

import type { Browser } from 'playwright-core';

/** A browser for tests: on Linux a Chromium from npm, so that no machine needs one; elsewhere the Chrome that is installed. */
export async function launchBrowser(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' });
  // By this it unpacks the libraries and the font that it needs, too, which a bare machine lacks.
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
  const { default: packed } = await import('@sparticuz/chromium');
  // Its own arguments make one process of it, which ends with the first page that is closed.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  return chromium.launch({ executablePath: await packed.executablePath(), args });
}

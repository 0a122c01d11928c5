/**
 * Watches a made-up store of 1,000 runs, 60 of them running, and prints what that costs: the processor time of the server, in
 * which the runs are made up too, and of the page.
 *
 * node --import tsx packages/watch/bench/thousand.ts [RUNS] [SECONDS]
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runFiles, RunStore } from '@bit-repro/runs';
import { begin, finish, hold, seeded, writeHeartbeat } from '@bit-repro/runs/testing';
import { launchBrowser } from '@bit-repro/artifacts/testing';
import { serveStore } from '../src/serveStore.ts';
import { WatchedStore } from '../src/watchedStore.ts';

const runs = Number(process.argv[2] ?? 1000);
const seconds = Number(process.argv[3] ?? 20);
const running = Math.min(runs, 60);
const folder = mkdtempSync(join(tmpdir(), 'bit-repro-watch-'));
const store = new RunStore(join(folder, 'runs'));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

try {
  const folders: string[] = [];
  for (let seed = 0; seed < runs; seed += 1) {
    if (seed >= running) await finish(store, seeded(seed));
    else folders.push(await begin(store, seeded(seed)));
  }
  let step = 0;
  /** What all workers write in two seconds: a heartbeat and four steps. */
  const work = (): void => {
    for (const run of folders) {
      hold(run);
      writeHeartbeat(run, new Date(), { step: step + 4 });
      for (let count = 1; count <= 4; count += 1) {
        const line = {
          kind: 'step',
          step: step + count,
          steps: 500,
          loss: 2 / (step + count),
          learningRate: 0,
        };
        appendFileSync(join(run, runFiles.events), `${JSON.stringify(line)}\n`);
      }
    }
    step += 4;
  };
  work();

  const watched = new WatchedStore(store.folder, 0);
  const before = process.cpuUsage();
  await watched.refresh();
  say(`first reading of ${runs} runs: ${cpuMs(before).toFixed(0)} ms of the processor`);
  const { version } = watched.changesSince();
  const bytes = (of?: string): number => JSON.stringify(watched.changesSince(of)).length;
  const all = bytes();
  let sum = 0;
  for (let round = 0; round < 10; round += 1) {
    work();
    const start = process.cpuUsage();
    await watched.refresh();
    sum += cpuMs(start);
  }
  say(`each further one, with ${running} running: ${(sum / 10).toFixed(0)} ms`);
  say(`sent to a page: ${all} bytes at first, then ${bytes(version)}`);

  const served = await serveStore(store.folder);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('Performance.enable');
    const busy = async (): Promise<number> => {
      const { metrics } = await devTools.send('Performance.getMetrics');
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
    };
    await page.goto(served.address);
    await page.locator('tbody tr').first().waitFor();
    await setTimeout(3000);
    const atFirst = await busy();
    for (let round = 0; round < seconds / 2; round += 1) {
      work();
      await setTimeout(2000);
    }
    say(
      `the page: ${atFirst.toFixed(0)} ms to open, then ${(((await busy()) - atFirst) / (seconds / 2)).toFixed(0)} ms each two seconds`,
    );
  } finally {
    await browser.close();
    await served.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}

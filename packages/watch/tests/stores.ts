import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFiles, runId, type RunSpec, type RunStore } from '@bit-repro/runs';
import { begin, eventsOf, finish, hold, seeded, writeHeartbeat } from '@bit-repro/runs/testing';

/** A line of events for a step. */
export const stepLine = (step: number, loss = 2 / step): string =>
  `${JSON.stringify({ kind: 'step', step, steps: 500, loss, learningRate: 0.003 })}\n`;

export const evaluationLine = (step: number, top1: number): string =>
  `${JSON.stringify({ kind: 'evaluation', step, top1, top5: 0.9, loss: 1, samples: 10_000 })}\n`;

/** A line of telemetry, so many samples after the first. */
const sampleLine = (index: number): string =>
  `${JSON.stringify({
    at: new Date(1_800_000_000_000 + 5000 * index).toISOString(),
    rssBytes: 3e9 + 2e8 * Math.min(index, 5),
    cores: 1.9,
    load: 2,
    gpu: { memoryBytes: 9e9, utilisation: 80 + (index % 3) },
  })}\n`;

/** Puts a run into the store that a worker works on, and returns its folder. */
export async function start(store: RunStore, spec: RunSpec, steps = 20): Promise<string> {
  const folder = await begin(store, spec);
  hold(folder);
  writeHeartbeat(folder, new Date(), { startedAt: new Date(Date.now() - 60_000).toISOString(), step: steps });
  for (let step = 1; step <= steps; step += 1) appendFileSync(join(folder, runFiles.events), stepLine(step));
  writeFileSync(join(folder, runFiles.telemetry), [0, 1, 2, 3, 4, 5, 6].map(sampleLine).join(''));
  return folder;
}

/** Writes a plan of these runs, as `run` does. */
export function plan(store: RunStore, specs: readonly RunSpec[], digest = '0'.repeat(12)): void {
  const folder = join(store.folder, '.plans');
  mkdirSync(folder, { recursive: true });
  const runs = specs.map((spec) => ({ id: runId(spec), key: '0'.repeat(64) }));
  writeFileSync(
    join(folder, `sample-${digest}.json`),
    JSON.stringify({ version: 1, experiment: 'sample', profile: 'embedded', config: {}, runs }),
  );
}

/** Fills a store with a run in every state, from `seed` on. */
export async function fillWithAllStates(store: RunStore, seed = 0): Promise<void> {
  const specs = Array.from({ length: 10 }, (_, index) => seeded(seed + index));
  plan(store, specs);
  await finish(store, specs[0]!, 51, { [runFiles.events]: eventsOf(51) });
  await start(store, specs[1]!, 200);
  await start(store, specs[2]!, 120);
  hold(await begin(store, specs[3]!));
  const silent = await start(store, specs[4]!);
  writeHeartbeat(silent, new Date(Date.now() - 300_000));
  const failed = await begin(store, specs[5]!);
  writeFileSync(join(failed, runFiles.error), JSON.stringify({ message: 'The GPU fell off the bus' }));
  await begin(store, specs[6]!);
  const damaged = await finish(store, specs[7]!);
  writeFileSync(join(damaged, runFiles.result), '{}');
  const foreign = await finish(store, specs[8]!);
  writeFileSync(join(foreign, runFiles.spec), JSON.stringify({ version: 2 }));
}

// Carries out one step and keeps its result: oneStep.ts STEP RESULTS
import { mkdir } from 'node:fs/promises';
import { keepResult } from './results.ts';
import { work } from './settings.ts';
import { steps, type Finding } from './steps.ts';

const [name, folder] = process.argv.slice(2) as [string, string];
const step = steps.find((one) => one.name === name)!;
await mkdir(work, { recursive: true });
const start = performance.now();
const { value, problem } = await step
  .run(folder)
  .catch((error: unknown): Finding => ({ problem: error instanceof Error ? error.message : String(error) }));
await keepResult(folder, name, {
  ok: problem === undefined,
  at: new Date().toISOString(),
  seconds: (performance.now() - start) / 1000,
  ...(problem !== undefined && { problem }),
  ...(value !== undefined && { value }),
});

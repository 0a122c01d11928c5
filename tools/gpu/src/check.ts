// Carries the steps out one by one, each in a process of its own and for no longer than its limit, and keeps what each found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepResult, readResults, type Result } from './results.ts';
import { patience, root } from './settings.ts';
import { steps, stepsNamed, type Step } from './steps.ts';

const [results, ...named] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (results === undefined || named.some((name) => stepsNamed(name).length === 0)) {
  say(`usage: check.sh RESULTS [STEP...]\nsteps: ${steps.map(({ name }) => name).join(' ')}`);
  process.exit(2);
}
const folder = resolve(results);
await mkdir(folder, { recursive: true });
for (const step of steps) {
  const isDue = named.length > 0 ? named.some((name) => stepsNamed(name).includes(step)) : await isOpen(step);
  if (!isDue) continue;
  const limit = patience * step.seconds;
  say(`== ${step.name}, at most ${limit} s`);
  const start = performance.now();
  const isKept = await inItsOwnProcess(step, limit);
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  if (!isKept) {
    const problem = `ended without a result after ${seconds} s of at most ${limit} s`;
    await keepResult(folder, step.name, { ok: false, at: new Date().toISOString(), seconds, problem });
  }
  const { ok, problem } = (await readResults(folder))[step.name]!;
  say(`== ${step.name}: ${ok ? 'ok' : `NOT OK: ${problem ?? 'no reason told'}`}, ${seconds} s`);
}
const left = Object.entries(await readResults(folder)).filter(([, { ok }]) => !ok);
process.exitCode = left.length === 0 ? 0 : 1;

async function isOpen({ name, isOnDemand }: Step): Promise<boolean> {
  const result: Result | undefined = (await readResults(folder))[name];
  return name === 'summary' || (isOnDemand !== true && result?.ok !== true);
}

/** Whether the step kept a result; what goes on beyond its limit is ended, with all that it started. */
async function inItsOwnProcess(step: Step, limit: number): Promise<boolean> {
  const before = (await readResults(folder))[step.name]?.at;
  const script = fileURLToPath(new URL('oneStep.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, step.name, folder], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const end = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // It has ended.
    }
  };
  const timer = setTimeout(() => {
    end('SIGTERM');
    setTimeout(() => {
      end('SIGKILL');
    }, 10_000).unref();
  }, limit * 1000);
  await once(child, 'exit');
  clearTimeout(timer);
  return (await readResults(folder))[step.name]?.at !== before;
}

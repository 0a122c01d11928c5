import { copyFile, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { harness, jobArguments, newFolder } from '../commands.ts';
import { foldersOf, readRun, type Run } from '../runs.ts';
import { isSmall, python, root } from '../settings.ts';
import type { Finding, Step } from '../steps.ts';

/** The paper's schedule at this size of training set. */
const stepsOfAJob = 500;
const oneRun = ['--set=seeds=[0]', '--set=shots=[1]'];

async function runs(options: readonly string[]): Promise<{ runs: Run[]; reports: string }> {
  const folder = await newFolder('job');
  const store = join(folder, 'runs');
  await harness('run', ...options, '--runs', store, '--reports', folder);
  return { runs: await Promise.all((await foldersOf(store)).map(readRun)), reports: join(folder, 'gpu-job') };
}

/** The paper profile end to end, its report, and what nvidia-smi saw of it. */
async function paperProfile(results: string): Promise<Finding> {
  const { runs: all, reports } = await runs(jobArguments());
  await copyFile(join(reports, 'report.html'), join(results, 'job.html'));
  const report = await readFile(join(reports, 'report.md'), 'utf8');
  const samples = all.map(({ telemetry }) => telemetry?.gpu?.samples ?? 0);
  const [header, , ...rows] = /^\| Run \| GPU \|[\s\S]*?(?=\n\n)/m.exec(report)?.[0].split('\n') ?? [];
  const problem =
    samples.includes(0) || header === undefined
      ? 'runs have no samples of the GPU, or the report does not show them'
      : undefined;
  return { value: { runs: all, reported: rows }, ...(problem !== undefined && !isSmall && { problem }) };
}

/** A whole run's time, from the difference of a run of ten steps and one of thirty. */
async function wholeRun(): Promise<Finding> {
  const timeOf = async (steps: number): Promise<Run> =>
    (await runs([...jobArguments(steps), ...oneRun])).runs[0]!;
  const [short, long] = [await timeOf(10), await timeOf(30)];
  const training = ({ seconds, evaluationSeconds }: Run): number => seconds - evaluationSeconds;
  const secondsPerStep = (training(long) - training(short)) / 20;
  const seconds = long.seconds + (stepsOfAJob - 30) * secondsPerStep;
  return {
    value: { secondsPerStep, evaluationSeconds: long.evaluationSeconds, seconds, splits: long.splits },
  };
}

/** A run while another process holds all memory but so much. */
async function held(gibibytes: number): Promise<Finding> {
  const holder = execa(python, ['tools/gpu/hold_memory.py', String(gibibytes)], {
    cwd: root,
    stdin: 'pipe',
    reject: false,
  });
  const [line] = (await Promise.race([
    createInterface(holder.stdout)
      [Symbol.asyncIterator]()
      .next()
      .then(({ value }) => [value as string]),
    holder.then(({ stderr }) => [stderr]),
  ])) as [string];
  const held = z.object({ leftBytes: z.number() }).safeParse(parsed(line));
  if (!held.success) throw new Error(`Memory could not be held: ${line}`);
  try {
    const [run] = (await runs([...jobArguments(5), ...oneRun])).runs;
    return { value: { leftBytes: held.data.leftBytes, run: run! } };
  } finally {
    holder.stdin.end();
    await holder;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Does it do the job, and in how much memory? */
export const job: readonly Step[] = [
  { name: 'job', seconds: 400, run: paperProfile },
  { name: 'whole-run', seconds: 300, run: wholeRun },
  ...(isSmall ? [] : [12, 8, 6]).map((gibibytes): Step => ({
    name: `held-${gibibytes}`,
    seconds: 300,
    run: () => held(gibibytes),
  })),
];

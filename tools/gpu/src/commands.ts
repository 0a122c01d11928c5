import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { isSmall, jobNetwork, python, root, shortNetwork, weightsFile, work } from './settings.ts';

/** Variables of a program's own; undefined takes one away. */
type Environment = Record<string, string | undefined>;

/** A program of this repository or another, its output shown and returned; it fails with the last lines of it. */
export async function command(file: string, args: readonly string[], env: Environment = {}): Promise<string> {
  const result = await execa(file, args, { cwd: root, stdin: 'ignore', reject: false, all: true, env });
  process.stdout.write(`${result.all}\n`);
  if (!result.failed) return result.all;
  throw new Error(`${[file, ...args].join(' ')} failed: ${result.all.slice(-1500)}`);
}

export const node = (args: readonly string[], env?: Environment): Promise<string> =>
  command(process.execPath, ['--import', 'tsx', ...args], env);

export const harness = (...args: string[]): Promise<string> =>
  command(process.execPath, ['apps/harness/bin/harness.cjs', ...args]);

/** A new folder for what is large. */
export const newFolder = (name: string): Promise<string> => mkdtemp(join(work, `${name}-`));

/** Lays a smaller network over the short runs where all is only tried. */
export const shortArguments = (): string[] => [
  'tools/gpu/configs/short.yaml',
  ...assigned('ten-steps', shortNetwork, 'batch=8', 'resize=40', 'crop=32', 'evaluationBatch=500'),
];

/** Likewise over the job, whose steps may be other than ten. */
export const jobArguments = (steps = 10): string[] => [
  'tools/gpu/configs/job.yaml',
  '--profile=paper',
  ...assigned('paper', jobNetwork, 'batch=8', 'resize=40', 'crop=32', 'evaluationBatch=500'),
  `--set=profiles.paper.schedule.supports=[${[1, 2, 3, 4, 5].map((part) => (part * steps) / 5).join(', ')}]`,
];

const assigned = (profile: string, network: string, ...smaller: string[]): string[] => {
  const values = [`model=${network}`, `weights.file=${weightsFile(network)}`, ...smaller];
  return isSmall ? values.map((value) => `--set=profiles.${profile}.${value}`) : [];
};

const benchSchema = z.object({
  precision: z.string(),
  engine: z.string(),
  train: z.object({ imagesPerSecond: z.number() }),
  eval: z.object({ imagesPerSecond: z.number() }),
  secondsToFirstStep: z.number(),
  trainGflops: z.number(),
});
export type Bench = z.infer<typeof benchSchema>;

export interface BenchOptions {
  size: number;
  px: number;
  steps: number;
  precision?: string;
}

const benchArguments = (network: string, { size, px, steps, precision }: BenchOptions): string[] => [
  ...['--model', network, '--micro-batch', String(size), '--px', String(px), '--steps', String(steps)],
  ...['--precision', precision ?? 'float32'],
];

/** The trainer's bench; with an environment, in that instead of the one that the harness gives its workers. */
export async function bench(
  network: string,
  options: BenchOptions,
  environment?: Environment,
): Promise<Bench> {
  const json = join(await newFolder('bench'), 'bench.json');
  const args = [...benchArguments(network, options), '--json', json];
  if (environment === undefined) await node(['packages/trainer/bench/bench.ts', ...args]);
  else await node(['--expose-gc', 'packages/trainer/bench/measure.ts', ...args], environment);
  const result = benchSchema.parse(JSON.parse(await readFile(json, 'utf8')));
  const asked = options.precision ?? 'float32';
  if (result.precision === asked) return result;
  throw new Error(`Expected ${asked}, found that the bench computes in ${result.precision}`);
}

/** Whether PyTorch and timm are there, and PyTorch sees what this machine has. */
export async function hasPeer(): Promise<boolean> {
  const code = `import torch, timm; assert ${isSmall ? 'True' : 'torch.cuda.is_available()'}`;
  const { exitCode } = await execa(python, ['-c', code], { reject: false });
  return exitCode === 0;
}

/** What nvidia-smi says of the first GPU, field by field; nothing without one. */
export async function nvidiaSmi(...fields: string[]): Promise<string[] | undefined> {
  const args = ['--id=0', `--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'];
  const { exitCode, stdout } = await execa('nvidia-smi', args, { reject: false });
  return exitCode === 0 ? stdout.split(',').map((field) => field.trim()) : undefined;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A valid experiment in which each part can be broken. */
export const valid = `name: trial
title: A trial
dataset: cifar10
shots: [1, 5]
seeds: [0, 1, 2]
settings:
  baseLr: 0.003
arms:
  - name: one
  - name: two
    baseLr: 0.001
profiles:
  paper:
    minGpuMemory: 12 GiB
    model: BiT-M-R50x3
  embedded:
    model: mini
    weights: random
    resize: 40
    crop: 32
`;

/** Writes a file for one test and returns its path. */
export async function temporaryFile(content: string | Uint8Array, name = 'trial.yaml'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

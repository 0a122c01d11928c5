import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bench, command, hasPeer, newFolder } from '../commands.ts';
import { roundsSchema } from '../rounds.ts';
import { crop, isSmall, networks, python, rounds } from '../settings.ts';
import type { Finding, Step } from '../steps.ts';

async function compare(network: string, size: number, precision: string): Promise<Finding> {
  if (!(await hasPeer())) {
    const {
      train,
      eval: scored,
      secondsToFirstStep,
      trainGflops,
    } = await bench(network, { size, px: crop, steps: 7, precision });
    const ours = { train: train.imagesPerSecond, eval: scored.imagesPerSecond, memory: null };
    return { value: [{ ours: { ...ours, first: secondsToFirstStep, trainTflops: trainGflops / 1000 } }] };
  }
  const json = join(await newFolder('speed'), 'rounds.json');
  await command(python, [
    'tools/reference/bench_peer.py',
    ...[
      '--model',
      network,
      '--micro-batch',
      String(size),
      '--px',
      String(crop),
      '--steps',
      isSmall ? '1' : '7',
    ],
    ...[
      '--precision',
      precision,
      '--rounds',
      String(rounds),
      '--device',
      isSmall ? 'cpu' : 'cuda',
      '--json',
      json,
    ],
  ]);
  return { value: roundsSchema.parse(JSON.parse(await readFile(json, 'utf8'))) };
}

/** How fast is it, beside PyTorch on the same card? */
export const speed: readonly Step[] = networks.flatMap((network) =>
  (isSmall ? [4] : [32, 128]).flatMap((size) =>
    (isSmall ? ['float32'] : ['float32', 'tensorfloat32', 'bfloat16']).map((precision): Step => ({
      name: `speed-${network}-${size}-${precision}`,
      seconds: 120 * rounds,
      run: () => compare(network, size, precision),
    })),
  ),
);

import { join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { randomWeights, writeNpz, type Architecture } from '../src/index.ts';
import { newFolder } from './npzFiles.ts';

/** Far too narrow for group norm, but with every tensor of a real network: 22,000 parameters. */
export const tinyArchitecture: Architecture = { name: 'tiny', units: [2, 1, 1, 1], width: 1 / 16 };

/** A new file of random weights with a head of `classes`. */
export async function tinyFile({ classes, seed = 1 }: { classes: number; seed?: number }): Promise<string> {
  const file = join(newFolder(), 'tiny.npz');
  await writeNpz(file, randomWeights(tinyArchitecture, classes, xoroshiro128plus(seed)));
  return file;
}

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Whether everything is tried instead of a sample. */
export const isWhole = process.env.FAULTS === 'all';
/** Whether every kill is tried. */
export const killsAreWhole = isWhole || process.env.FAULTS === 'kills';
/** Seed of the sample; set by FAULTS_SEED. */
const seed = Number(process.env.FAULTS_SEED ?? 20_191);

const random = xoroshiro128plus(seed);

/** A random integer from 0 to `end` - 1. */
export const drawBelow = (end: number): number => uniformInt(random, 0, end - 1);

export const drawOne = <Item>(items: readonly Item[]): Item => items[drawBelow(items.length)]!;

/** `count` random items in their order, or all items in a complete run. */
export function sampleOf<Item>(items: readonly Item[], count: number, all = isWhole): Item[] {
  if (all || items.length <= count) return [...items];
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(drawBelow(items.length));
  return items.filter((_, index) => drawn.has(index));
}

/** For test titles. */
export const sampled = isWhole
  ? 'all'
  : `${killsAreWhole ? 'every kill, and ' : ''}a sample, by seed ${seed}`;

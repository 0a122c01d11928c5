import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Whether everything is tried; otherwise a sample is. */
export const isWhole = process.env.FAULTS === 'all';
/** Whether every kill is. */
export const killsAreWhole = isWhole || process.env.FAULTS === 'kills';
/** Of the sample; FAULTS_SEED names another. */
const seed = Number(process.env.FAULTS_SEED ?? 20_191);

const random = xoroshiro128plus(seed);

/** A whole number below `end`. */
export const drawBelow = (end: number): number => uniformInt(random, 0, end - 1);

export const drawOne = <Item>(items: readonly Item[]): Item => items[drawBelow(items.length)]!;

/** `count` of the items, in their order; where everything is tried, or all is asked for, all of them. */
export function sampleOf<Item>(items: readonly Item[], count: number, all = isWhole): Item[] {
  if (all || items.length <= count) return [...items];
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(drawBelow(items.length));
  return items.filter((_, index) => drawn.has(index));
}

/** For titles. */
export const sampled = isWhole
  ? 'all'
  : `${killsAreWhole ? 'every kill, and ' : ''}a sample, by seed ${seed}`;

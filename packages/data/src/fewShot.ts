import { InputError } from '@bit-repro/artifacts';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Labels } from './imageSource.ts';

/** The training images of a run. */
export interface FewShotSubset {
  /** Indices into the training set, ordered by class, and within a class as drawn. */
  indices: number[];
  /** The class of each image. */
  labels: number[];
}

/** Training images per class, or all there are. */
export type Shots = number | 'all';

/** The training images of a run: a few of each class, or all, whose number is then recorded alone. */
export type TrainingSubset = FewShotSubset | { all: number };

/**
 * Draws the training images of a run. If it uses all, nothing is drawn.
 *
 * @throws InputError as {@link drawFewShotSubset}.
 */
export function drawSubset(
  labels: Labels,
  { shots, classes }: { shots: Shots; classes: number },
  random: RandomGenerator,
): TrainingSubset {
  if (shots !== 'all') return drawFewShotSubset(labels, { shots, classes }, random);
  countByClass(labels, classes);
  return { all: labels.length };
}

/**
 * Draws `shots` images of each class as the official code does (bit_pytorch/fewshot.py): one shuffled pass
 * over the training set until every class has `shots` images, keeping the last `shots` of each class.
 *
 * Deviation: the official code shuffles the result; here it is ordered by class. Training draws from it at
 * random, so the order does not matter.
 *
 * @throws InputError if `shots` is not between 1 and the size of the smallest class, or a label is not a
 * class.
 */
export function drawFewShotSubset(
  labels: Labels,
  { shots, classes }: { shots: number; classes: number },
  random: RandomGenerator,
): FewShotSubset {
  const most = countByClass(labels, classes).reduce((least, count) => Math.min(least, count));
  if (!Number.isInteger(shots) || shots < 1 || shots > most) {
    throw new InputError(
      `Expected from 1 to ${most} shots (the smallest class has ${most} images), found ${shots}`,
      'Correct `shots` in the experiment.',
    );
  }
  const seen = Array.from({ length: classes }, (): number[] => []);
  let complete = 0;
  for (const index of shuffledIndices(labels.length, random)) {
    const ofClass = seen[labels[index]!]!;
    if (ofClass.push(index) === shots) complete += 1;
    if (complete === classes) break;
  }
  const indices = seen.flatMap((ofClass) => ofClass.slice(-shots));
  return { indices, labels: indices.map((index) => labels[index]!) };
}

function countByClass(labels: Labels, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) {
    if (label >= classes) {
      throw new InputError(
        `Expected labels from 0 to ${classes - 1}, found ${label}`,
        'Set `classes` to the number of classes of the data set.',
      );
    }
    counts[label]! += 1;
  }
  return counts;
}

/** 0 to count - 1 in a uniformly random order (Fisher-Yates). */
export function shuffledIndices(count: number, random: RandomGenerator): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = uniformInt(random, 0, last);
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
  return order;
}

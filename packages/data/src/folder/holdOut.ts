import { InputError } from '@bit-repro/artifacts';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { shuffledIndices } from '../fewShot.ts';
import type { ListedImage } from '../survey.ts';
import type { ListedSplit } from './listFolder.ts';

/** Which images of a folder without a test set are kept for testing. */
export interface HoldOut {
  /** Share of each class, from 0 to 1. */
  share: number;
  seed: number;
}

/**
 * Splits the images of each class into those to train with and those to test on: at least one of each. The images
 * keep their order.
 *
 * @throws InputError if a class has a single image.
 */
export function holdOut(
  { classes, images }: ListedSplit,
  { share, seed }: HoldOut,
): { train: ListedImage[]; test: ListedImage[] } {
  const random = xoroshiro128plus(seed);
  const tested = new Set<ListedImage>();
  for (const [label, name] of classes.entries()) {
    const own = images.filter((image) => image.label === label);
    if (own.length < 2) {
      throw new InputError(
        `The class ${name} has a single image, which cannot be trained with and tested on`,
        'Add images to it, or remove it.',
      );
    }
    const count = Math.min(own.length - 1, Math.max(1, Math.round(own.length * share)));
    for (const index of shuffledIndices(own.length, random).subarray(0, count)) tested.add(own[index]!);
  }
  return {
    train: images.filter((image) => !tested.has(image)),
    test: images.filter((image) => tested.has(image)),
  };
}

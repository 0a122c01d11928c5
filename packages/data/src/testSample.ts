import type { ImageSource } from './imageSource.ts';

/**
 * The images that a run is scored on if it takes only `count` of the `total` in the test set: evenly spread, so that every
 * class of a sorted set has its share, and the same for all runs.
 */
export const testSample = (total: number, count: number): number[] =>
  Array.from({ length: count }, (_, position) => Math.floor((position * total) / count));

/** A sample of a set of test images as a set of its own. */
export function sampledImages(images: ImageSource, count: number): ImageSource {
  const indices = testSample(images.count, count);
  return {
    count,
    labels: Uint16Array.from(indices, (index) => images.labels[index]!),
    sizeFor: (side) => images.sizeFor(side),
    read: (positions, side) =>
      images.read(
        Array.from(positions, (position) => indices[position]!),
        side,
      ),
    release: (pixels) => images.release?.(pixels),
  };
}

import { encode } from 'fast-png';
import type { ImageSet, TrainingSubset } from '@bit-repro/data';

/** Pixels per side of a CIFAR-10 image. */
const side = 32;

/** With more images, nobody would look at each. */
const mostImages = 1000;

/**
 * A run's training images as a PNG: one column per class in order, 32 x 32 pixels per image. Undefined if there are
 * more than 1,000.
 */
export function subsetPicture(
  { images }: Pick<ImageSet, 'images'>,
  subset: TrainingSubset,
): Uint8Array | undefined {
  if ('all' in subset || subset.indices.length > mostImages) return undefined;
  const { indices, labels } = subset;
  const columns = Math.max(...labels) + 1;
  const width = columns * side;
  const placed = new Array<number>(columns).fill(0);
  const rows = labels.map((label) => placed[label]!++);
  const height = side * Math.max(...placed);
  const data = new Uint8Array(width * height * 3);
  indices.forEach((index, position) => {
    const left = labels[position]! * side;
    const top = rows[position]! * side;
    for (let y = 0; y < side; y += 1) {
      const from = (index * side + y) * side * 3;
      data.set(images.subarray(from, from + side * 3), ((top + y) * width + left) * 3);
    }
  });
  return encode({ width, height, data, channels: 3, depth: 8 });
}

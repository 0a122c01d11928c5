import type { ImageSource, TrainingSubset } from '@bit-repro/data';
import { pngOf } from './pngOf.ts';

/** With more images, nobody would look at each. */
const mostImages = 1000;

/** Larger images are shrunk to this many pixels per side. */
const thumbnail = 64;

/**
 * A run's training images as a PNG: one column per class in order, without gaps. Undefined if there are more than
 * 1,000.
 */
export async function subsetPicture(
  train: Pick<ImageSource, 'read' | 'sizeFor'>,
  subset: TrainingSubset,
): Promise<Uint8Array | undefined> {
  if ('all' in subset || subset.indices.length > mostImages) return undefined;
  const { indices, labels } = subset;
  const placed = new Array<number>(Math.max(...labels) + 1).fill(0);
  const rows = labels.map((label) => placed[label]!++);
  const images = await train.read(indices, thumbnail);
  return pngOf(images, train.sizeFor(thumbnail), (position) => ({
    column: labels[position]!,
    row: rows[position]!,
  }));
}

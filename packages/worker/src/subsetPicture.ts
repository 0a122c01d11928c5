import type { ImageSource, TrainingSubset } from '@bit-repro/data';
import { pngOf } from './pngOf.ts';

/** With more images, nobody would look at each. */
const mostImages = 1000;

/** Pixels per side of an image, if images are shrunk: fewer, the more images there are. */
const thumbnails = { least: 24, most: 64 };
/** Of all images together, so that a page with the pictures of many runs stays light. */
const mostPixels = 200_000;

/** With more classes, the columns wrap: side by side, a thousand would be 24,000 pixels wide. */
const mostSideBySide = 100;
/** Classes side by side where the columns wrap: as many as fit a page. */
const wrappedAt = 40;

/**
 * A run's training images as a PNG: one column per class in order, without gaps. With more than 100 classes, 40 are side by
 * side, and the next below. Undefined if there are more than 1,000 images.
 *
 * @param own pixels of the images' longer side; none is enlarged.
 */
export async function subsetPicture(
  train: Pick<ImageSource, 'read' | 'sizeFor'>,
  subset: TrainingSubset,
  own: number,
): Promise<Uint8Array | undefined> {
  if ('all' in subset || subset.indices.length > mostImages) return undefined;
  const { indices, labels } = subset;
  const classes = Math.max(...labels) + 1;
  const placed = new Array<number>(classes).fill(0);
  const rows = labels.map((label) => placed[label]!++);
  const columns = classes > mostSideBySide ? wrappedAt : classes;
  const height = Math.max(...placed);
  const fitting = Math.max(thumbnails.least, Math.floor(Math.sqrt(mostPixels / indices.length)));
  const side = Math.min(own, fitting, thumbnails.most);
  const images = await train.read(indices, side);
  return pngOf(images, train.sizeFor(side), (position) => ({
    column: labels[position]! % columns,
    row: Math.floor(labels[position]! / columns) * height + rows[position]!,
  }));
}

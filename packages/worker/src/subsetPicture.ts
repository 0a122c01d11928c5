import { encode } from 'fast-png';
import type { ImageSource, TrainingSubset } from '@bit-repro/data';

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
  const size = train.sizeFor(thumbnail);
  const images = await train.read(indices, thumbnail);
  const columns = Math.max(...labels) + 1;
  const width = columns * size.width;
  const placed = new Array<number>(columns).fill(0);
  const rows = labels.map((label) => placed[label]!++);
  const height = size.height * Math.max(...placed);
  const data = new Uint8Array(width * height * 3);
  const bytesPerRow = size.width * 3;
  labels.forEach((label, position) => {
    const left = label * bytesPerRow;
    const top = rows[position]! * size.height;
    for (let y = 0; y < size.height; y += 1) {
      const from = (position * size.height + y) * bytesPerRow;
      data.set(images.subarray(from, from + bytesPerRow), (top + y) * width * 3 + left);
    }
  });
  return encode({ width, height, data, channels: 3, depth: 8 });
}

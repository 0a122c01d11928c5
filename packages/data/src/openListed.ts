import { ImagePool } from '@bit-repro/images';
import { labelsOf, type DatasetImages, type ImageSource } from './imageSource.ts';
import type { ListedImage } from './survey.ts';
import { identifiedNow } from './surveyed/digestImages.ts';
import { survey, type ImagePlace } from './surveyed/surveyedDataset.ts';

/** Images that were listed, with what is known of them. */
export interface ListedDataset {
  title: string;
  classCount: number;
  data: DatasetImages;
}

/**
 * Lists the images of a place. Each is read when it is asked for, as it is then: whoever scores some images need not wait until
 * all are identified, and needs no training images to score the others.
 *
 * @throws InputError, OutsideError as `describeImages`; reading throws as `ImagePool`, and the reason of `signal`.
 */
export async function openListed(
  place: ImagePlace,
  { onMessage, signal }: { onMessage?: (line: string) => void; signal?: AbortSignal } = {},
): Promise<ListedDataset> {
  const { title, classes, train, test, notes = [] } = await survey(place, { testsOnly: true });
  for (const note of notes) onMessage?.(`Warning: ${note}`);
  // Each image is scored once.
  const pool = new ImagePool({ cacheBytes: 0 });
  const sourceOf = (images: readonly ListedImage[]): ImageSource => ({
    labels: labelsOf(images),
    count: images.length,
    sizeFor: (side) => ({ height: side, width: side }),
    read: async (indices, side) => {
      const asked = Array.from(indices, (index) => identifiedNow(images[index]!));
      return pool.read(await Promise.all(asked), side, signal && { signal });
    },
    release: (pixels) => {
      pool.release(pixels);
    },
  });
  return { title, classCount: classes.length, data: { train: sourceOf(train), test: sourceOf(test) } };
}

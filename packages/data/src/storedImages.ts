import type { ImageSize } from '@bit-repro/images';
import { labelsOf, type ImageSource, type Labels } from './imageSource.ts';
import type { IdentifiedImage } from './surveyed/digestImages.ts';

/** Reads images and resizes each to a square of `side` pixels as Pillow does: [images.length, side, side, 3], RGB. */
export type ReadImages = (images: readonly IdentifiedImage[], side: number) => Promise<Uint8Array>;

/** Images in files of any size. */
export class StoredImages implements ImageSource {
  readonly labels: Labels;
  readonly count: number;
  readonly #images: readonly IdentifiedImage[];
  readonly #readImages: ReadImages;

  constructor(images: readonly IdentifiedImage[], readImages: ReadImages) {
    this.labels = labelsOf(images);
    this.count = images.length;
    this.#images = images;
    this.#readImages = readImages;
  }

  sizeFor(side: number): ImageSize {
    return { height: side, width: side };
  }

  read(indices: ArrayLike<number>, side: number): Promise<Uint8Array> {
    return this.#readImages(
      Array.from(indices, (index) => this.#images[index]!),
      side,
    );
  }
}

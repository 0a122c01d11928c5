import type { ImagePool, ImageSize } from '@bit-repro/images';
import { labelsOf, type ImageSource, type Labels } from './imageSource.ts';
import type { IdentifiedImage } from './surveyed/digestImages.ts';

/** Reads images and resizes each to a square of `side` pixels as Pillow does: [images.length, side, side, 3], RGB. */
export type ImageReader = Pick<ImagePool, 'read' | 'release'>;

/** Images in files of any size. */
export class StoredImages implements ImageSource {
  readonly labels: Labels;
  readonly count: number;
  readonly #images: readonly IdentifiedImage[];
  readonly #reader: ImageReader;

  constructor(images: readonly IdentifiedImage[], reader: ImageReader) {
    this.labels = labelsOf(images);
    this.count = images.length;
    this.#images = images;
    this.#reader = reader;
  }

  sizeFor(side: number): ImageSize {
    return { height: side, width: side };
  }

  read(indices: ArrayLike<number>, side: number): Promise<Uint8Array> {
    return this.#reader.read(
      Array.from(indices, (index) => this.#images[index]!),
      side,
    );
  }

  release(pixels: Uint8Array): void {
    this.#reader.release(pixels);
  }
}

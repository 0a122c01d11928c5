import { bytesOf, type ImageSize } from '@bit-repro/images';

/** Class numbers from 0; in 16 bits for more than 256 classes. */
export type Labels = Uint8Array | Uint16Array;

/** Images with their labels. Pixels are read when they are needed. */
export interface ImageSource {
  /** [count] */
  readonly labels: Labels;
  readonly count: number;
  /** The size of the images that `read` returns for this `side`. */
  sizeFor: (side: number) => ImageSize;
  /**
   * Images by index: [indices.length, height, width, 3], row-major, RGB. They are to be resized to squares of
   * `side` pixels; a source may have done that already, exactly as Pillow would.
   */
  read: (indices: ArrayLike<number>, side: number) => Promise<Uint8Array>;
  /** Takes back what `read` has returned, once nobody needs it any more, to use its memory again. */
  release?: (pixels: Uint8Array) => void;
}

/** The images of a data set. */
export interface DatasetImages<Source extends ImageSource = ImageSource> {
  train: Source;
  test: Source;
}

/** Images of one size in memory, which are returned as they are. */
export class HeldImages implements ImageSource {
  /** [count, height, width, 3], row-major, RGB. */
  readonly pixels: Uint8Array;
  readonly labels: Labels;
  readonly size: ImageSize;
  readonly count: number;

  constructor(pixels: Uint8Array, labels: Labels, size: ImageSize) {
    this.pixels = pixels;
    this.labels = labels;
    this.size = size;
    this.count = labels.length;
    if (pixels.length !== this.count * bytesOf(size)) {
      throw new RangeError(`Expected ${this.count * bytesOf(size)} bytes of pixels, found ${pixels.length}`);
    }
  }

  sizeFor(): ImageSize {
    return this.size;
  }

  read(indices: ArrayLike<number>): Promise<Uint8Array> {
    return Promise.resolve(gatherImages(this.pixels, indices, bytesOf(this.size)));
  }
}

/** The labels of a data set's images. */
export interface DatasetLabels {
  train: Labels;
  test: Labels;
}

/** The class numbers of images that come one by one. */
export function labelsOf(images: readonly { label: number }[]): Labels {
  const labels = images.map(({ label }) => label);
  return labels.some((label) => label > 255) ? Uint16Array.from(labels) : Uint8Array.from(labels);
}

/** Copies images by index into a block [indices.length, ...]. */
export function gatherImages(
  pixels: Uint8Array,
  indices: ArrayLike<number>,
  bytesPerImage: number,
): Uint8Array {
  const block = new Uint8Array(indices.length * bytesPerImage);
  for (let position = 0; position < indices.length; position += 1) {
    const start = indices[position]! * bytesPerImage;
    block.set(pixels.subarray(start, start + bytesPerImage), position * bytesPerImage);
  }
  return block;
}

import { InputError, OutsideError, toldOf } from '@bit-repro/artifacts';
import { bytesOf } from './image.ts';
import { prepareImage } from './prepareImage.ts';
import { readStoredImage, type StoredImage } from './storedImage.ts';

export interface SharedImage extends StoredImage {
  /** Its place in the block. */
  index: number;
}

/** The images of a request that one thread prepares. */
export interface Share {
  images: readonly SharedImage[];
  side: number;
  /** Where the pixels of all images of the request are written. */
  block: Uint8Array;
}

/** Why an image could not be prepared, in a form that passes between threads. */
export interface Failure {
  kind: keyof typeof errors | 'bug';
  message: string;
  remedy?: string;
}

const errors = { input: InputError, outside: OutsideError };

/** Reads, verifies and prepares the images of a share, one after another. Returns why some failed, by index. */
export async function prepareShare({ images, side, block }: Share): Promise<Map<number, Failure>> {
  const failures = new Map<number, Failure>();
  for (const image of images) {
    try {
      const bytes = readStoredImage(image);
      await prepareImage(bytes, image.name, side, placeIn(block, image.index, side));
    } catch (thrown) {
      const kind =
        thrown instanceof InputError ? 'input' : thrown instanceof OutsideError ? 'outside' : 'bug';
      failures.set(image.index, { kind, ...toldOf(thrown) });
    }
  }
  return failures;
}

/** The pixels of one image in a block of images of this side. */
export function placeIn(block: Uint8Array, index: number, side: number): Uint8Array {
  const size = bytesOf({ width: side, height: side });
  return block.subarray(index * size, (index + 1) * size);
}

/** The error that a failure tells of. */
export function errorOf({ kind, message, remedy = '' }: Failure): Error {
  return kind === 'bug' ? new Error(message) : new errors[kind](message, remedy);
}

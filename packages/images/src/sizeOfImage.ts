import { InputError } from '@bit-repro/artifacts';
import type { ImageSize } from './image.ts';
import { mostPixels, requireKnownKind } from './imageKind.ts';
import { loadSharp } from './loadSharp.ts';
import { readImageBytes, type StoredImage } from './storedImage.ts';

/** Most headers are shorter. That of a JPEG can be longer, as each of its blocks of Exif or a colour profile may have as much. */
const beginning = 2 ** 16;

/**
 * The size that an image file says it has, without decoding it. The rest of a file is read only if its beginning does not
 * tell, as that of a WebP never does.
 *
 * @throws InputError if the file is of a format that is not decoded, or its header is broken; OutsideError if it cannot be read.
 */
export async function sizeOfImage(image: Omit<StoredImage, 'sha256'>): Promise<ImageSize> {
  const { name, bytes = beginning } = image;
  const first = readImageBytes({ ...image, bytes: Math.min(bytes, beginning) });
  requireKnownKind(first, name);
  try {
    return await sizeIn(first, name);
  } catch (error) {
    if (first.length < beginning) throw error;
    return sizeIn(readImageBytes(image), name);
  }
}

async function sizeIn(bytes: Uint8Array, name: string): Promise<ImageSize> {
  const sharp = await loadSharp();
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: mostPixels }).metadata();
    return { width, height };
  } catch (cause) {
    throw new InputError(
      `Could not read the size of ${name}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'The file is broken or too large. Fetch it again, or take it out of the data set.',
      { cause },
    );
  }
}

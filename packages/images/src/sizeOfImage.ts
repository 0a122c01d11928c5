import { InputError } from '@bit-repro/artifacts';
import type { ImageSize } from './image.ts';
import { mostPixels, requireKnownKind } from './imageKind.ts';
import { loadSharp } from './loadSharp.ts';

/**
 * The size that an image file says it has, without decoding it.
 *
 * @param name of the file, for messages.
 * @throws InputError if the file is of a format that is not decoded, or its header is broken.
 */
export async function sizeOfImage(bytes: Uint8Array, name: string): Promise<ImageSize> {
  requireKnownKind(bytes, name);
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

import { decodeImage } from './decodeImage.ts';
import type { Image } from './image.ts';
import { resizeBilinear } from './resizeBilinear.ts';

/**
 * Decodes an image file and resizes it to a square, whatever its shape, as BiT's official PyTorch code does before it crops.
 *
 * @param into where the pixels are written; new memory by default.
 * @throws InputError as `decodeImage`.
 */
export async function prepareImage(
  bytes: Uint8Array,
  name: string,
  side: number,
  into?: Uint8Array,
): Promise<Image> {
  return resizeBilinear(await decodeImage(bytes, name), { width: side, height: side }, into);
}

import { prepareImage } from '@bit-repro/images';

/** The mean colour of an image file, of the pixels that Pillow gives after a bilinear resize. */
export async function meanColour(file: Uint8Array, name: string): Promise<number[]> {
  const { pixels } = await prepareImage(file, name, 32);
  const means = [0, 0, 0];
  for (const [index, value] of pixels.entries()) means[index % 3]! += value / (32 * 32);
  return means.map(Math.round);
}

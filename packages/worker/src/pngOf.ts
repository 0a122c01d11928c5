import type { ImageSize } from '@bit-repro/data';
import { bytesOf } from '@bit-repro/data';
import { encode } from 'fast-png';

/** Images [N, height, width, 3] side by side as a PNG, each at the place of its position, without gaps. */
export function pngOf(
  images: Uint8Array,
  size: ImageSize,
  placeOf: (position: number) => { column: number; row: number },
): Uint8Array {
  const places = Array.from({ length: images.length / bytesOf(size) }, (_, position) => placeOf(position));
  const width = size.width * (1 + Math.max(...places.map(({ column }) => column)));
  const height = size.height * (1 + Math.max(...places.map(({ row }) => row)));
  const data = new Uint8Array(width * height * 3);
  const bytesPerRow = size.width * 3;
  places.forEach(({ column, row }, position) => {
    for (let y = 0; y < size.height; y += 1) {
      const from = (position * size.height + y) * bytesPerRow;
      const to = ((row * size.height + y) * width + column * size.width) * 3;
      data.set(images.subarray(from, from + bytesPerRow), to);
    }
  });
  return encode({ width, height, data, channels: 3, depth: 8 });
}

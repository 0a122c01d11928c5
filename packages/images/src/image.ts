/** An image in memory: 8 bits per channel, red, green and blue of one pixel after another, row by row. */
export interface Image {
  pixels: Uint8Array;
  width: number;
  height: number;
}

/** In pixels. */
export type ImageSize = Pick<Image, 'width' | 'height'>;

/** Bytes of one pixel. */
export const channels = 3;

/** Bytes of the pixels of an image. */
export const bytesOf = ({ width, height }: ImageSize): number => width * height * channels;

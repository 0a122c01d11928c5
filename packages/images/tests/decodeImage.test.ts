import { describe, expect, it } from 'vitest';
import { InputError } from '@bit-repro/artifacts';
import { decodeImage, prepareImage, resizeBilinear } from '../src/index.ts';
import { contentOf, cut, images, sha256 } from './pillow.ts';

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('decodeImage', () => {
  it.each(Object.entries(images))('decodes as Pillow does, to the bit: %s', async (name, pillow) => {
    const { pixels, ...size } = await decodeImage(contentOf(name), name);
    expect({ ...size, sha256: sha256(pixels) }).toEqual(pillow);
  });

  it('goes by the content, not by the name', async () => {
    const { pixels } = await decodeImage(contentOf('rgb.png'), 'n02105855_2933.JPEG');
    expect(sha256(pixels)).toBe(images['rgb.png']!.sha256);
  });

  it.each(Object.entries(cut).flatMap(([name, lengths]) => lengths.map((length) => [name, length] as const)))(
    'refuses a file that is cut short, as Pillow does: %s after %i bytes',
    async (name, length) => {
      const decoding = decodeImage(contentOf(name).subarray(0, length), name);
      await expect(decoding).rejects.toThrow(InputError);
      await expect(decoding).rejects.toThrow(name);
    },
  );

  it('refuses a PNG file with a wrong checksum', async () => {
    const bytes = Uint8Array.from(contentOf('palette.png'));
    bytes[50]! ^= 1;
    await expect(decodeImage(bytes, 'bad.png')).rejects.toThrow('Could not decode bad.png');
  });

  it('refuses an image of more pixels than Pillow accepts, from its header', async () => {
    const decoding = decodeImage(contentOf('too-large.png'), 'bomb.png');
    await expect(decoding).rejects.toThrow('Could not decode bomb.png: Input image exceeds pixel limit');
  });

  it.each([
    ['GIF', latin('GIF89a')],
    ['BMP', latin('BM\x36\0')],
    ['TIFF', latin('II*\0')],
    ['TIFF', latin('MM\0*')],
    ['AVIF', latin('\0\0\0\x20ftypavif')],
    ['HEIC', latin('\0\0\0\x18ftypheic')],
    ['JPEG 2000', latin('\0\0\0\x0cjP  \r\n')],
    ['JPEG XL', latin('\xff\x0a')],
    ['SVG', latin('<svg xmlns="http://www.w3.org/2000/svg">')],
    ['none of these', latin('hello')],
    ['none of these', latin('RIFF....WAVE')],
    ['an empty file', latin('')],
  ])('refuses other formats by name: %s', async (kind, bytes) => {
    const decoding = decodeImage(bytes, 'cat.jpg');
    await expect(decoding).rejects.toThrow(`Expected a JPEG, PNG or WebP image in cat.jpg, found ${kind}`);
  });

  it('refuses 16-bit grey, which Pillow clips', async () => {
    const bytes = Uint8Array.from(contentOf('rgb-16.png'));
    bytes[25] = 0;
    await expect(decodeImage(bytes, 'xray.png')).rejects.toThrow('xray.png is a PNG image of 16-bit grey');
  });
});

describe('prepareImage', () => {
  it('decodes and resizes to a square', async () => {
    const decoded = await decodeImage(contentOf('cmyk.jpg'), 'cmyk.jpg');
    const prepared = await prepareImage(contentOf('cmyk.jpg'), 'cmyk.jpg', 32);
    expect(prepared).toEqual(resizeBilinear(decoded, { width: 32, height: 32 }));
  });
});

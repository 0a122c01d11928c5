import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError, OutsideError } from '@bit-repro/artifacts';
import sharp, { type Sharp } from 'sharp';
import { sizeOfImage } from '../src/index.ts';
import { contentOf, formulaImage, images } from './pillow.ts';

const folder = mkdtempSync(join(tmpdir(), 'sizes-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A file that holds these bytes. */
function fileOf(name: string, content: Uint8Array): { file: string; name: string } {
  const file = join(folder, name);
  writeFileSync(file, content);
  return { file, name };
}

const width = 400;
const height = 300;
/** Noise, so that files are long. */
const photo = (): Sharp => sharp(formulaImage(width, height), { raw: { width, height, channels: 3 } });
const exif = { IFD0: { ImageDescription: 'x'.repeat(60_000) } };

/** Puts blocks of another program into a JPEG, before its size. */
function withBlocks(jpeg: Uint8Array, blocks: number): Uint8Array {
  const block = Buffer.alloc(2 + 60_000, 0);
  block.set([0xff, 0xe5]);
  block.writeUInt16BE(60_000, 2);
  return Buffer.concat([jpeg.subarray(0, 2), ...Array<Buffer>(blocks).fill(block), jpeg.subarray(2)]);
}

describe('the size of an image', () => {
  it.each(Object.entries(images))('is that of the decoded image: %s', async (name, decoded) => {
    expect(await sizeOfImage(fileOf(name, contentOf(name)))).toEqual({
      width: decoded.width,
      height: decoded.height,
    });
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ['a long JPEG', () => photo().jpeg({ quality: 100 }).toBuffer()],
    ['a JPEG with a large block of Exif', () => photo().withExif(exif).jpeg().toBuffer()],
    [
      'a JPEG whose header is longer than what is read first',
      async () => withBlocks(await photo().jpeg().toBuffer(), 3),
    ],
    ['a progressive JPEG', () => photo().jpeg({ progressive: true, quality: 100 }).toBuffer()],
    ['a long PNG', () => photo().png({ compressionLevel: 0 }).toBuffer()],
    [
      'a PNG with a large block of Exif',
      () => photo().withExif(exif).png({ compressionLevel: 0 }).toBuffer(),
    ],
    ['a long WebP', () => photo().webp({ quality: 100 }).toBuffer()],
    ['a WebP with a large block of Exif', () => photo().withExif(exif).webp({ quality: 100 }).toBuffer()],
  ])('is found in %s', async (name, make) => {
    const content = await make();
    expect(content.length).toBeGreaterThan(2 ** 16);
    expect(await sizeOfImage(fileOf(name, content))).toEqual({ width, height });
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ['JPEG', () => photo().jpeg().toBuffer()],
    ['JPEG with Exif', () => photo().withExif(exif).jpeg().toBuffer()],
    ['PNG', () => photo().png().toBuffer()],
  ])('needs only the beginning of a %s: the rest here is more than memory could hold', async (kind, make) => {
    const { file, name } = fileOf(`vast ${kind}`, await make());
    truncateSync(file, 2 ** 40);
    expect(await sizeOfImage({ file, name })).toEqual({ width, height });
  });

  it('is that of the image in a range of a file', async () => {
    const jpeg = await photo().withExif(exif).jpeg({ quality: 100 }).toBuffer();
    const gap = Buffer.alloc(1_000);
    const place = fileOf('images.tar', Buffer.concat([gap, jpeg, gap, contentOf('rgb.png')]));
    expect(await sizeOfImage({ ...place, offset: 1_000, bytes: jpeg.length })).toEqual({ width, height });
    const { width: other } = images['rgb.png']!;
    expect(await sizeOfImage({ ...place, offset: 2_000 + jpeg.length, bytes: 9_999 })).toMatchObject({
      width: other,
    });
  });

  it('is refused where the file is broken, long or short, with its name', async () => {
    const jpeg = await photo().jpeg({ quality: 100 }).toBuffer();
    const short = sizeOfImage(fileOf('short.jpg', jpeg.subarray(0, 100)));
    await expect(short).rejects.toThrow(InputError);
    await expect(short).rejects.toThrow('Could not read the size of short.jpg');
    const long = sizeOfImage(
      fileOf('long.jpg', Buffer.concat([jpeg.subarray(0, 100), Buffer.alloc(2 ** 17)])),
    );
    await expect(long).rejects.toThrow('Could not read the size of long.jpg');
  });

  it('is refused where a file is no image, or is not there', async () => {
    await expect(sizeOfImage(fileOf('notes.jpg', Buffer.from('hello')))).rejects.toThrow(InputError);
    await expect(sizeOfImage({ file: join(folder, 'none'), name: 'none' })).rejects.toThrow(OutsideError);
  });
});

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { InputError } from '@bit-repro/artifacts';
import type { Rank } from '@bit-repro/engine';
import { describe, expect, it } from 'vitest';
import { preprocess } from '../src/preprocess.ts';
import { tf } from './engine.ts';

// Made by tools/reference/make_resize_fixtures.py: two images of 32 x 32 (noise, and black against white in
// each channel), then both as Pillow enlarges them to each size.
const count = 2;
const sizes = [40, 128, 160];
const bytes = gunzipSync(readFileSync(new URL('fixtures/resize.bin.gz', import.meta.url)));
const pillow = new Map<number, Uint8Array>();
let start = 0;
for (const size of [32, ...sizes]) {
  const end = start + count * size * size * 3;
  pillow.set(size, bytes.subarray(start, end));
  start = end;
}

interface Placement {
  top: number[];
  left: number[];
  flip: number[];
}
const middle: Placement = { top: [0, 0], left: [0, 0], flip: [0, 0] };

/** The output of `preprocess` for the two images, in grey levels. */
function greyLevels(resize: number, crop: number, { top, left, flip }: Placement): number[] {
  return tf.tidy(() => {
    const images = tf.tensor4d(pillow.get(32)!, [count, 32, 32, 3], 'int32');
    const placement = {
      top: tf.tensor1d(top, 'int32'),
      left: tf.tensor1d(left, 'int32'),
      flip: tf.tensor1d(flip, 'int32'),
    };
    const ready = preprocess(tf, images, placement, { resize, crop });
    expect(ready.shape).toEqual([count, crop, crop, 3]);
    return Array.from(ready.dataSync(), (value) => (value * 0.5 + 0.5) * 255);
  });
}

/** Pillow's pixels inside the crops, mirrored if requested. */
function cropped(resize: number, crop: number, { top, left, flip }: Placement): number[] {
  const pixels: number[] = [];
  for (let image = 0; image < count; image += 1) {
    for (let y = 0; y < crop; y += 1) {
      for (let x = 0; x < crop; x += 1) {
        const row = top[image]! + y;
        const column = left[image]! + (flip[image] === 1 ? crop - 1 - x : x);
        const first = ((image * resize + row) * resize + column) * 3;
        pixels.push(...pillow.get(resize)!.subarray(first, first + 3));
      }
    }
  }
  return pixels;
}

const differences = (found: number[], expected: number[]): number[] =>
  found.map((level, index) => Math.abs(level - expected[index]!));

const largest = (values: number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

describe('preprocess', () => {
  it.each([128, 160])('resizes to %d pixels with every pixel as in Pillow', (size) => {
    const found = differences(greyLevels(size, size, middle), cropped(size, size, middle));
    expect(largest(found)).toBeLessThan(1e-4);
  });

  it('differs from Pillow by at most one grey level per direction if values are exactly between levels', () => {
    const found = differences(greyLevels(40, 40, middle), cropped(40, 40, middle));
    expect(largest(found)).toBeLessThan(2.0001);
    expect(found.filter((difference) => difference < 1e-4).length / found.length).toBeGreaterThan(0.8);
  });

  it.each([
    { name: 'at opposite corners', top: [0, 32], left: [32, 0], flip: [0, 0] },
    { name: 'with the first mirrored', top: [3, 17], left: [29, 8], flip: [1, 0] },
    { name: 'with both mirrored', top: [0, 32], left: [0, 32], flip: [1, 1] },
  ])('crops each image separately: $name', (placement) => {
    const found = differences(greyLevels(160, 128, placement), cropped(160, 128, placement));
    expect(largest(found)).toBeLessThan(1e-4);
  });

  it('resizes an image that is not square to a square, with every pixel as in Pillow', () => {
    const rectangle = gunzipSync(readFileSync(new URL('fixtures/rectangle.bin.gz', import.meta.url)));
    const [wide, square] = [rectangle.subarray(0, 20 * 40 * 3), rectangle.subarray(20 * 40 * 3)];
    const found = tf.tidy(() => {
      const zero = tf.tensor1d([0], 'int32');
      const image = tf.tensor4d(wide, [1, 20, 40, 3], 'int32');
      const ready = preprocess(tf, image, { top: zero, left: zero, flip: zero }, { resize: 160, crop: 160 });
      return Array.from(ready.dataSync(), (value) => (value * 0.5 + 0.5) * 255);
    });
    expect(found).toHaveLength(square.length);
    expect(largest(differences(found, [...square]))).toBeLessThan(1e-4);
  });

  it('refuses an image whose longer side would shrink', () => {
    const zero = tf.tensor1d([0], 'int32');
    const image = tf.zeros<Rank.R4>([1, 20, 40, 3], 'int32');
    const shrink = () =>
      preprocess(tf, image, { top: zero, left: zero, flip: zero }, { resize: 32, crop: 32 });
    expect(shrink).toThrow('resize must be at least 40');
  });

  it('keeps images that already have the size', () => {
    const found = differences(greyLevels(32, 32, middle), Array.from(pillow.get(32)!));
    expect(largest(found)).toBeLessThan(1e-4);
  });

  it('maps black to -1 and white to 1', () => {
    const ready = tf.tidy(() => {
      const images = tf.tensor4d([0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255], [1, 2, 2, 3], 'int32');
      const zero = tf.tensor1d([0], 'int32');
      return preprocess(tf, images, { top: zero, left: zero, flip: zero }, { resize: 2, crop: 2 }).dataSync();
    });
    expect([...ready.slice(0, 6)]).toEqual([-1, -1, -1, 1, 1, 1]);
  });

  it.each([
    { resize: 31, crop: 16, message: 'resize must be at least 32, the size of the images, but it is 31' },
    { resize: 64, crop: 65, message: 'crop must be from 1 to 64 pixels, but it is 65' },
    { resize: 64, crop: 0, message: 'but it is 0' },
  ])('rejects resize $resize with crop $crop', ({ resize, crop, message }) => {
    expect(() => greyLevels(resize, crop, middle)).toThrow(InputError);
    expect(() => greyLevels(resize, crop, middle)).toThrow(message);
  });
});

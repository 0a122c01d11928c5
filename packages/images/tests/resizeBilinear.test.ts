import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resizeBilinear } from '../src/index.ts';
import { formulaImage, resizes, sha256 } from './pillow.ts';

const side = fc.integer({ min: 1, max: 40 });

describe('resizeBilinear', () => {
  it.each(resizes.map((one) => [`${one.from.join(' x ')} to ${one.to.join(' x ')}`, one] as const))(
    'resizes as Pillow does, to the bit: %s',
    (_, { from: [width, height], to: [toWidth, toHeight], ...pillow }) => {
      const image = { pixels: formulaImage(width, height), width, height };
      const resized = resizeBilinear(image, { width: toWidth, height: toHeight });
      expect(resized).toMatchObject({ width: toWidth, height: toHeight });
      expect(sha256(resized.pixels)).toBe(pillow.sha256);
    },
  );

  it('keeps an image of one colour, whatever the sizes', () => {
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.tuple(...([0, 1, 2] as const).map(() => fc.nat(255))),
        (...drawn) => {
          const [width, height, toWidth, toHeight, colour] = drawn;
          const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => colour[index % 3]!);
          const resized = resizeBilinear({ pixels, width, height }, { width: toWidth, height: toHeight });
          expect(resized.pixels).toHaveLength(toWidth * toHeight * 3);
          expect(resized.pixels.every((value, index) => value === colour[index % 3])).toBe(true);
        },
      ),
    );
  });

  it('copies an image that has the size already', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const image = { pixels: formulaImage(width, height), width, height };
        const resized = resizeBilinear(image, { width, height });
        expect(resized).toEqual(image);
        expect(resized.pixels.buffer).not.toBe(image.pixels.buffer);
      }),
    );
  });

  it('leaves the image as it was, and writes where it is told', () => {
    const pixels = formulaImage(9, 7);
    const block = new Uint8Array(5 + 4 * 3 * 3 + 5);
    resizeBilinear({ pixels, width: 9, height: 7 }, { width: 4, height: 3 }, block.subarray(5, -5));
    expect(pixels).toEqual(formulaImage(9, 7));
    const alone = resizeBilinear({ pixels, width: 9, height: 7 }, { width: 4, height: 3 }).pixels;
    expect([...block]).toEqual([0, 0, 0, 0, 0, ...alone, 0, 0, 0, 0, 0]);
  });
});

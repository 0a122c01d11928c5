import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldImages } from '../src/imageSource.ts';
import { sampledImages, testSample } from '../src/testSample.ts';

const sizes = fc
  .integer({ min: 1, max: 2000 })
  .chain((total) => fc.tuple(fc.constant(total), fc.integer({ min: 1, max: total })));

describe('a sample of the test images', () => {
  it('has the asked number of different images, in order', () => {
    fc.assert(
      fc.property(sizes, ([total, count]) => {
        const images = testSample(total, count);
        expect(images).toHaveLength(count);
        expect(images).toEqual([...new Set(images)].sort((one, other) => one - other));
        expect(images.at(-1)).toBeLessThan(total);
      }),
    );
  });

  it('has its share of every stretch of a sorted set, to one image', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), ([total, count], one, other) => {
        const [from, to] = [one % (total + 1), other % (total + 1)].sort((a, b) => a - b) as [number, number];
        const inside = testSample(total, count).filter((image) => image >= from && image < to).length;
        expect(Math.abs(inside - (count * (to - from)) / total)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('reads the images that it stands for, with their labels', async () => {
    const pixels = Uint8Array.from({ length: 10 * 3 }, (_, index) => index);
    const all = new HeldImages(pixels, Uint8Array.from([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]), {
      height: 1,
      width: 1,
    });
    const sample = sampledImages(all, 4);
    expect({ count: sample.count, labels: [...sample.labels] }).toEqual({ count: 4, labels: [9, 7, 4, 2] });
    expect([...(await sample.read([1, 3], 32))]).toEqual([6, 7, 8, 21, 22, 23]);
  });
});

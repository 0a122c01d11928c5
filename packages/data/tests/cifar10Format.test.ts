import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecords, encodeRecords } from '../src/cifar10Format.ts';
import { imageAt } from '../src/index.ts';

describe('decodeRecords', () => {
  it('interleaves the three planes of a record', () => {
    const record = new Uint8Array(3073);
    record[0] = 7;
    record[1 + 33] = 10;
    record[1 + 1024 + 33] = 20;
    record[1 + 2048 + 33] = 30;
    const set = decodeRecords([record]);
    expect(set.labels[0]).toBe(7);
    expect([...set.images.subarray(3 * 33, 3 * 33 + 3)]).toEqual([10, 20, 30]);
  });

  it('is undone by encodeRecords', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3073, maxLength: 3073 }), (record) => {
        const { images, labels } = decodeRecords([record]);
        expect(Buffer.from(encodeRecords(images, 3, labels)).equals(record)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('refuses a file that ends within a record', () => {
    expect(() => decodeRecords([new Uint8Array(3000)])).toThrow('whole records of 3073 bytes');
  });
});

describe('imageAt', () => {
  it.each([-1, 1, 0.5])('refuses image %d of a set of one', (index) => {
    expect(() =>
      imageAt({ images: new Uint8Array(3072), labels: new Uint8Array(1), count: 1 }, index),
    ).toThrow('Expected an image from 0 to 0');
  });
});

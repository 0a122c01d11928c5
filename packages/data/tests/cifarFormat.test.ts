import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecords, emptyImages, encodeRecords, imageAt } from '../src/cifarFormat.ts';

describe('decodeRecords', () => {
  it('interleaves the three planes of a record', () => {
    const record = new Uint8Array(3073);
    record[0] = 7;
    record[1 + 33] = 10;
    record[1 + 1024 + 33] = 20;
    record[1 + 2048 + 33] = 30;
    const set = emptyImages(1);
    decodeRecords(record, set, 0);
    expect(set.labels[0]).toBe(7);
    expect([...set.pixels.subarray(3 * 33, 3 * 33 + 3)]).toEqual([10, 20, 30]);
  });

  it('writes the records at the given position', () => {
    const set = emptyImages(3);
    decodeRecords(new Uint8Array(2 * 3073).fill(9), set, 1);
    expect([...set.labels]).toEqual([0, 9, 9]);
    expect([0, 1, 2].map((index) => imageAt(set, index)[0])).toEqual([0, 9, 9]);
  });

  it('is reversed by encodeRecords', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2 * 3073, maxLength: 2 * 3073 }), (records) => {
        const set = emptyImages(2);
        decodeRecords(records, set, 0);
        expect(Buffer.from(encodeRecords(set.pixels, 3, set.labels)).equals(records)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });
});

describe('imageAt', () => {
  it.each([-1, 1, 0.5])('rejects image %d of a set of one', (index) => {
    expect(() => imageAt(emptyImages(1), index)).toThrow('Expected an image from 0 to 0');
  });
});

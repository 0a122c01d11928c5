import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readMatFile } from '../../src/ilsvrc/matFile.ts';
import { fixture } from '../../testing/madeIlsvrc.ts';

const expected = z
  .object({ synsets: z.array(z.unknown()), types: z.record(z.string(), z.array(z.number())) })
  .parse(JSON.parse(readFileSync(fixture('meta.json'), 'utf8')));

describe('a MATLAB 5 file', () => {
  it.each(['meta-compressed.mat', 'meta-plain.mat'])('gives the structures that SciPy reads: %s', (name) => {
    expect(readMatFile(readFileSync(fixture(name)))).toEqual({ synsets: expected.synsets });
  });

  it.each(Object.keys(expected.types))('gives numbers that are stored as %s', (type) => {
    expect(readMatFile(readFileSync(fixture('types.mat')))[type]).toEqual(expected.types[type]);
  });

  it.each([
    ['is of another format', (bytes: Buffer) => Buffer.from(bytes).fill(0, 126, 128), /does not begin as/],
    ['is empty', () => Buffer.alloc(0), /does not begin as/],
    ['is cut short', (bytes: Buffer) => bytes.subarray(0, -100), /cut short/],
  ])('is refused where it %s', (_, change, message) => {
    expect(() => readMatFile(change(readFileSync(fixture('meta-plain.mat'))))).toThrow(message);
  });
});

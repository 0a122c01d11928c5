import { describe, expect, it } from 'vitest';
import { largest, smallest } from '../src/extremes.ts';

describe('extremes', () => {
  it.each([
    ['a few values', [3, 1, 2], 3, 1],
    ['one value', [-5], -5, -5],
    ['half a million values', Array.from({ length: 500_000 }, (_, index) => index), 499_999, 0],
    ['none', [], -Infinity, Infinity],
  ])('of %s are found', (_, values, most, least) => {
    expect([largest(values), smallest(values)]).toEqual([most, least]);
  });
});

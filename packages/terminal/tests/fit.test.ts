import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cut, fitting, linesOf, padded, shortened, wrapped } from '../src/fit.ts';

describe('a line', () => {
  it.each([
    [Infinity, 'three words here'],
    [16, 'three words here'],
    [15, 'two words'],
    [8, 'word'],
    [2, 'word'],
  ])('is the longest that fits in %d columns, or the shortest if none does', (columns, line) => {
    expect(fitting(columns, 'three words here', 'two words', 'word')).toBe(line);
  });

  it('is measured in columns, where wide characters take two', () => {
    expect(fitting(6, '漢字かな', '漢字')).toBe('漢字');
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['漢字かな', 6, '漢字…'],
    ['漢字かな', 7, '漢字か…'],
    ['a👩‍💻bc', 4, 'a👩‍💻…'],
  ])('%s is cut at its end to %d columns', (text, columns, expected) => {
    expect(cut(text, columns)).toBe(expected);
  });

  it.each([
    ['base-lr-0.003-momentum-0.9', 26, 'base-lr-0.003-momentum-0.9'],
    ['base-lr-0.003-momentum-0.9', 15, 'base-lr…tum-0.9'],
    ['漢字かなカナ', 9, '漢字…カナ'],
    ['abc', 1, '…'],
  ])('%s is cut in its middle to %d columns', (text, columns, expected) => {
    expect(shortened(text, columns)).toBe(expected);
  });

  it.each([
    [false, '漢字  '],
    [true, '  漢字'],
  ])('is padded to the given width (right-aligned: %s)', (toTheRight, expected) => {
    expect(padded('漢字', 6, toTheRight)).toBe(expected);
  });
});

describe('wrapped text', () => {
  it('is unchanged if it fits', () => {
    expect(wrapped('engine  TensorFlow\n  and more', Infinity)).toBe('engine  TensorFlow\n  and more');
  });

  it('indents continuation lines, so that they cannot be mistaken for lines of their own', () => {
    expect(wrapped('profile paper: it needs a GPU\n  failed because there is none', 20)).toBe(
      'profile paper: it\n  needs a GPU\n  failed because\n    there is none',
    );
  });

  it('keeps paths whole, so that they can be copied', () => {
    const path = '/home/someone/reports/smoke/report.html';
    expect(wrapped(`report  ${path}`, 20)).toBe(`report\n  ${path}`);
  });

  it('breaks words that are too long for a table cell', () => {
    expect(linesOf('a 漢字かなabcdefghij', 6).map((line) => stringWidth(line))).toEqual([1, 6, 6, 6]);
  });
});

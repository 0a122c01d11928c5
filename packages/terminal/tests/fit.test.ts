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
  ])('in %d columns is the fullest that fits, and else the shortest', (columns, line) => {
    expect(fitting(columns, 'three words here', 'two words', 'word')).toBe(line);
  });

  it('is measured in columns, of which wide characters take two', () => {
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
  ])('is filled to so many columns (numbers: %s)', (toTheRight, expected) => {
    expect(padded('漢字', 6, toTheRight)).toBe(expected);
  });
});

describe('text', () => {
  it('stays as it is where there is room', () => {
    expect(wrapped('engine  TensorFlow\n  and more', Infinity)).toBe('engine  TensorFlow\n  and more');
  });

  it('goes on in lines that stand in, so that none can pass for one of its own', () => {
    expect(wrapped('profile paper: it needs a GPU\n  failed because there is none', 20)).toBe(
      'profile paper: it\n  needs a GPU\n  failed because\n    there is none',
    );
  });

  it('keeps paths whole, so that they can be copied', () => {
    const path = '/home/someone/reports/smoke/report.html';
    expect(wrapped(`report  ${path}`, 20)).toBe(`report\n  ${path}`);
  });

  it('in a cell parts what has no spaces', () => {
    expect(linesOf('a 漢字かなabcdefghij', 6).map((line) => stringWidth(line))).toEqual([1, 6, 6, 6]);
  });
});

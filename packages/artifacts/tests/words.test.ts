import { describe, expect, it } from 'vitest';
import { inBytes, inDigits, inSeconds, inTime } from '../src/words.ts';

describe('numbers are formatted for people', () => {
  it.each([
    [-3, '0.1s'],
    [0, '0.1s'],
    [0.0004, '0.1s'],
    [0.44, '0.4s'],
    [3.21, '3.2s'],
    [61.7, '1m 2s'],
    [3599.8, '1h'],
    [3654, '1h 1m'],
    [7322, '2h 2m'],
    [86_399, '1d'],
    [90_100, '1d 1h'],
  ])('a duration of %d seconds is formatted', (seconds, words) => {
    expect(inTime(seconds)).toBe(words);
  });

  it.each([
    [0, '1s'],
    [0.4, '1s'],
    [9.6, '10s'],
    [89.7, '1m 30s'],
  ])('an estimate of %d seconds is formatted', (seconds, words) => {
    expect(inSeconds(seconds)).toBe(words);
  });

  it.each([
    [61_097.3, '61,100'],
    [1_234_567, '1,230,000'],
    [23.46, '23.5'],
    [0.012345, '0.0123'],
    [6.1e12, '6,100,000,000,000'],
  ])('a measurement of %d is formatted', (value, digits) => {
    expect(inDigits(value)).toBe(digits);
  });

  it.each([
    [0, '0 B'],
    [1000, '1,000 B'],
    [20_480, '20 KiB'],
    [193_000_000, '184.1 MiB'],
    [1.4e9, '1.3 GiB'],
    [5e15, '4,547.5 TiB'],
  ])('a size of %d bytes is formatted', (bytes, words) => {
    expect(inBytes(bytes)).toBe(words);
  });
});

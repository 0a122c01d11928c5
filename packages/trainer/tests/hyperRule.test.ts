import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitHyperRule, mixupFor, resolutionFor, scheduleNames, scheduleSupports } from '../src/index.ts';
import { learningRate } from '../src/hyperRule.ts';

// Expected values are from the description of bit_hyperrule.py, not computed by the code under test.
const small = [100, 200, 300, 400, 500];
const medium = [500, 3000, 6000, 9000, 10_000];
const large = [500, 6000, 12_000, 18_000, 20_000];
const year2021 = [10, 20, 50, 80, 100];

describe('BiT-HyperRule', () => {
  it('has the published constants', () => {
    expect(bitHyperRule).toEqual({ schedule: 'bit-hyperrule', batch: 512, baseLr: 0.003, momentum: 0.9 });
  });

  it.each([
    [1, small],
    [19_999, small],
    [20_000, medium],
    [499_999, medium],
    [500_000, large],
    [1_281_167, large],
  ])('has the schedule for %d training samples: %j', (samples, expected) => {
    expect(scheduleSupports('bit-hyperrule', samples)).toEqual(expected);
  });

  it.each([1, 19_999, 20_000, 500_000])(
    'knows the 2021 schedule, which is the same for %d samples',
    (samples) => {
      expect(scheduleSupports('reproduction-2021', samples)).toEqual(year2021);
    },
  );

  it.each([
    [1, 0],
    [19_999, 0],
    [20_000, 0.1],
    [500_000, 0.1],
  ])('uses MixUp for %d samples with strength %d', (samples, expected) => {
    expect(mixupFor(samples)).toBe(expected);
  });

  it.each([
    { width: 32, height: 32, expected: { resize: 160, crop: 128 } },
    { width: 95, height: 97, expected: { resize: 160, crop: 128 } },
    { width: 96, height: 96, expected: { resize: 512, crop: 480 } },
    { width: 9215, height: 1, expected: { resize: 160, crop: 128 } },
    { width: 9216, height: 1, expected: { resize: 512, crop: 480 } },
    { width: 500, height: 375, expected: { resize: 512, crop: 480 } },
  ])('resizes $width x $height to $expected.resize', ({ width, height, expected }) => {
    expect(resolutionFor(width, height)).toEqual(expected);
  });

  it.each([0, -1, 2.5, NaN])('rejects %d training samples', (samples) => {
    expect(() => scheduleSupports('bit-hyperrule', samples)).toThrow(RangeError);
  });
});

describe('learningRate', () => {
  it.each([
    [0, 0],
    [1, 0.00003],
    [50, 0.0015],
    [99, 0.00297],
    [100, 0.003],
    [101, 0.003],
    [199, 0.003],
    [200, 0.003],
    [201, 0.0003],
    [300, 0.0003],
    [301, 0.00003],
    [400, 0.00003],
    [401, 0.000003],
    [499, 0.000003],
    [500, undefined],
    [501, undefined],
  ])('for a small training set at step %d is %d', (step, expected) => {
    const found = learningRate(step, small, 0.003);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 15);
  });

  it.each([
    [medium, 499, 0.003 * (499 / 500)],
    [medium, 500, 0.003],
    [medium, 3000, 0.003],
    [medium, 3001, 0.0003],
    [medium, 9001, 0.000003],
    [medium, 9999, 0.000003],
    [medium, 10_000, undefined],
    [large, 6000, 0.003],
    [large, 6001, 0.0003],
    [large, 12_001, 0.00003],
    [large, 18_001, 0.000003],
    [large, 19_999, 0.000003],
    [large, 20_000, undefined],
    [year2021, 9, 0.0027],
    [year2021, 10, 0.003],
    [year2021, 20, 0.003],
    [year2021, 21, 0.0003],
    [year2021, 51, 0.00003],
    [year2021, 81, 0.000003],
    [year2021, 99, 0.000003],
    [year2021, 100, undefined],
  ])('for %j at step %d is %d', (supports, step, expected) => {
    const found = learningRate(step, supports, 0.003);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 15);
  });

  const anySchedule = fc.record({
    name: fc.constantFrom(...scheduleNames),
    samples: fc.integer({ min: 1, max: 2_000_000 }),
    baseLr: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  });

  it('is positive from step 1 to the end, and never above the base rate', () => {
    fc.assert(
      fc.property(
        anySchedule,
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ name, samples, baseLr }, at) => {
          const supports = scheduleSupports(name, samples);
          const step = 1 + Math.floor(at * (supports.at(-1)! - 2));
          const rate = learningRate(step, supports, baseLr)!;
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(baseLr);
        },
      ),
    );
  });

  it('rises until the first support and never afterwards', () => {
    fc.assert(
      fc.property(anySchedule, ({ name, samples, baseLr }) => {
        const supports = scheduleSupports(name, samples);
        const around = supports.flatMap((support) => [support - 1, support, support + 1]);
        for (const step of around.filter((step) => step + 1 < supports.at(-1)!)) {
          const change = learningRate(step + 1, supports, baseLr)! - learningRate(step, supports, baseLr)!;
          if (step < supports[0]!) expect(change).toBeGreaterThan(0);
          else expect(change).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { drawMixup } from '../src/index.ts';
import { drawSymmetricBeta } from '../src/mixup.ts';

describe('drawMixup', () => {
  it('permutes the images of each micro-batch among themselves', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, microBatch, parts) => {
          const count = microBatch * parts;
          const { partners } = drawMixup(count, { alpha: 0.1, microBatch }, xoroshiro128plus(seed));
          for (let first = 0; first < count; first += microBatch) {
            const own = [...partners.subarray(first, first + microBatch)];
            expect(own.toSorted((a, b) => a - b)).toEqual(own.map((_, index) => first + index));
          }
        },
      ),
    );
  });

  it('draws every permutation of three images about equally often', () => {
    const random = xoroshiro128plus(1);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw += 1) {
      const key = drawMixup(3, { alpha: 0.1, microBatch: 3 }, random).partners.join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150); // five standard deviations
  });

  it('draws one lambda from 0 to 1, the same from the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.001, max: 1, noNaN: true }), (seed, alpha) => {
        const draw = () => drawMixup(4, { alpha, microBatch: 4 }, xoroshiro128plus(seed));
        expect(draw().lambda).toBeGreaterThanOrEqual(0);
        expect(draw().lambda).toBeLessThanOrEqual(1);
        expect(draw()).toEqual(draw());
      }),
    );
  });
});

// scipy.stats.beta(alpha, alpha).cdf at these points.
const points = [1e-6, 0.01, 0.1, 0.25, 0.5, 0.9, 0.999];
describe.each([
  [0.01, [0.4355524081, 0.4776207614, 0.4892025292, 0.4945869743, 0.5, 0.5107974708, 0.5332926139]],
  [0.1, [0.1274122531, 0.3203082504, 0.4063850939, 0.4519578537, 0.5, 0.5936149061, 0.7457583434]],
  [0.4, [0.002355012422, 0.09391619414, 0.2397391587, 0.3563329373, 0.5, 0.7602608413, 0.9626691734]],
  [1, [1e-6, 0.01, 0.1, 0.25, 0.5, 0.9, 0.999]],
])('drawSymmetricBeta(%d)', (alpha, expected) => {
  it('has the distribution of Beta(alpha, alpha)', () => {
    const random = xoroshiro128plus(7);
    const draws = Array.from({ length: 100_000 }, () => drawSymmetricBeta(alpha, random));
    points.forEach((point, index) => {
      const share = draws.filter((draw) => draw <= point).length / draws.length;
      const deviation = Math.sqrt((expected[index]! * (1 - expected[index]!)) / draws.length);
      expect(Math.abs(share - expected[index]!), `at ${point}`).toBeLessThan(4 * deviation);
    });
  });
});

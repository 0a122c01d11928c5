import fc from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import {
  BatchSampler,
  drawCropsAndFlips,
  drawFewShotSubset,
  drawSubset,
  gatherImages,
} from '../src/index.ts';
import { shuffledIndices } from '../src/fewShot.ts';

const classes = 4;
const labels = Uint8Array.from({ length: 80 }, (_, index) => (index * 7) % classes);
const draw = (seed: number, shots: number): ReturnType<typeof drawFewShotSubset> =>
  drawFewShotSubset(labels, { shots, classes }, xoroshiro128plus(seed));
const anySeed = fc.integer();
const anyShots = fc.integer({ min: 1, max: 20 });

describe('drawFewShotSubset', () => {
  it('draws `shots` images of each class', () => {
    fc.assert(
      fc.property(anySeed, anyShots, (seed, shots) => {
        const subset = draw(seed, shots);
        expect(subset.labels).toEqual(
          Array.from({ length: classes * shots }, (_, index) => Math.floor(index / shots)),
        );
      }),
    );
  });

  it('never draws an image twice', () => {
    fc.assert(
      fc.property(anySeed, anyShots, (seed, shots) => {
        expect(new Set(draw(seed, shots).indices).size).toBe(classes * shots);
      }),
    );
  });

  it('returns the label of each image', () => {
    fc.assert(
      fc.property(anySeed, anyShots, (seed, shots) => {
        const subset = draw(seed, shots);
        expect(subset.indices.map((index) => labels[index])).toEqual(subset.labels);
      }),
    );
  });

  it('draws the same subset from the same seed', () => {
    expect(draw(3, 5)).toEqual(draw(3, 5));
  });

  it('draws a different subset from a different seed', () => {
    expect(draw(3, 5)).not.toEqual(draw(4, 5));
  });

  /**
   * As in bit_pytorch/fewshot.py: a queue of the last `shots` images of each class, until all queues are
   * full.
   */
  function officialDraw(order: Iterable<number>, shots: number): Set<number> {
    const queues = Array.from({ length: classes }, (): number[] => []);
    for (const index of order) {
      const queue = queues[labels[index]!]!;
      queue.push(index);
      if (queue.length > shots) queue.shift();
      if (queues.flat().length === shots * classes) return new Set(queues.flat());
    }
    throw new Error('Unable to find enough examples!');
  }

  it('keeps the last images of each class that were drawn before all classes were complete', () => {
    fc.assert(
      fc.property(anySeed, anyShots, (seed, shots) => {
        const order = shuffledIndices(labels.length, xoroshiro128plus(seed));
        expect(new Set(draw(seed, shots).indices)).toEqual(officialDraw(order, shots));
      }),
    );
  });

  it.each([0, -1, 21, 1.5])('rejects %d shots', (shots) => {
    expect(() => draw(1, shots)).toThrow('Expected from 1 to 20 shots');
  });
});

describe('drawSubset', () => {
  it('draws as drawFewShotSubset for a number of shots', () => {
    const options = { shots: 3, classes };
    expect(drawSubset(labels, options, xoroshiro128plus(3))).toEqual(draw(3, 3));
  });

  it('takes all images without a draw, and records their number alone', () => {
    const random = xoroshiro128plus(3);
    expect(drawSubset(labels, { shots: 'all', classes }, random)).toEqual({ all: 80 });
    expect(random.getState()).toEqual(xoroshiro128plus(3).getState());
  });

  it.each(['all', 1] as const)('refuses labels that are not classes, with shots %s', (shots) => {
    const draw = () => drawSubset(labels, { shots, classes: 3 }, xoroshiro128plus(1));
    expect(draw).toThrow('Expected labels from 0 to 2, found 3');
  });

  it('knows more classes than a byte has', () => {
    const many = Uint16Array.from({ length: 2 * 21_843 }, (_, index) => index % 21_843);
    const subset = drawSubset(many, { shots: 1, classes: 21_843 }, xoroshiro128plus(1));
    expect('labels' in subset && subset.labels.at(-1)).toBe(21_842);
  });
});

describe('drawFewShotSubset with labels that are not classes', () => {
  it('rejects them', () => {
    expect(() =>
      drawFewShotSubset(Uint8Array.of(0, 1, 2), { shots: 1, classes: 2 }, xoroshiro128plus(1)),
    ).toThrow('Expected labels from 0 to 1, found 2');
  });
});

describe('BatchSampler', () => {
  it('rejects an empty set', () => {
    expect(() => new BatchSampler(0, 8, xoroshiro128plus(1))).toThrow('at least one sample');
  });

  it('continues into the next pass within a batch', () => {
    const batch = new BatchSampler(4, 4, xoroshiro128plus(1)).next(8);
    expect([...batch].sort((a, b) => a - b)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  it('draws with replacement if there are fewer samples than a micro-batch holds', () => {
    const batch = new BatchSampler(3, 8, xoroshiro128plus(1)).next(100);
    expect(new Set(batch)).toEqual(new Set([0, 1, 2]));
  });

  it('otherwise draws every sample once per pass', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 4, max: 30 }), (seed, samples) => {
        const sampler = new BatchSampler(samples, 4, xoroshiro128plus(seed));
        const pass = sampler.next(samples);
        expect([...pass].sort((a, b) => a - b)).toEqual(Array.from({ length: samples }, (_, index) => index));
      }),
    );
  });
});

describe('drawCropsAndFlips', () => {
  it('keeps every crop inside the image', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 1, max: 160 }), fc.nat(32), (seed, crop, margin) => {
        const resize = crop + margin;
        const { top, left, flip } = drawCropsAndFlips(20, { resize, crop }, xoroshiro128plus(seed));
        expect([...top, ...left].every((start) => start >= 0 && start <= margin)).toBe(true);
        expect([...flip].every((value) => value === 0 || value === 1)).toBe(true);
      }),
    );
  });

  it('rejects a crop larger than the image', () => {
    expect(() => drawCropsAndFlips(1, { resize: 10, crop: 11 }, xoroshiro128plus(1))).toThrow(
      'at most 10 pixels',
    );
  });
});

describe('gatherImages', () => {
  it('copies the requested images in order', () => {
    expect([...gatherImages(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 0], 2)]).toEqual([5, 6, 1, 2]);
  });
});

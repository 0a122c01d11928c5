import type { DatasetBrief } from '@bit-repro/data';
import { describe, expect, it } from 'vitest';
import { imageMemory } from '../src/index.ts';

const folder: DatasetBrief = {
  folder: '/photos',
  title: 'photos',
  classCount: 10,
  trainingImages: 1_000_000,
  smallestClass: 100,
  testImages: 50_000,
  imageSize: { height: 375, width: 500 },
};
const fineTune = { batch: 512, mixup: 0, resize: 512, crop: 480, evaluationBatch: 64, shots: 'all' } as const;
const pixels = (side: number): number => side * side * 3;

describe('the memory for images in files', () => {
  it('has three batches as they are resized, a byte for each value, for training and for evaluation', () => {
    const { batches } = imageMemory({ fineTune, dataset: folder });
    expect(batches).toBe(3 * 512 * pixels(512) + 3 * 64 * pixels(480));
  });

  it('has twice the images of a training batch with MixUp', () => {
    const { batches } = imageMemory({ fineTune: { ...fineTune, mixup: 0.1 }, dataset: folder });
    expect(batches).toBe(3 * 2 * 512 * pixels(512) + 3 * 64 * pixels(480));
  });

  it('has a cache of at most 1 GiB', () => {
    expect(imageMemory({ fineTune, dataset: folder }).cache).toBe(2 ** 30);
  });

  it.each([
    [5, 5 * 10],
    ['all', 300],
  ] as const)('has a cache of no more images than a run sees, of %s per class', (shots, training) => {
    const dataset = { ...folder, trainingImages: 300, testImages: 200 };
    const { cache } = imageMemory({ fineTune: { ...fineTune, shots }, dataset });
    expect(cache).toBe(training * pixels(512) + 200 * pixels(480));
  });

  it('has a list of a few hundred bytes for each image', () => {
    const { dataset, batches, cache, total } = imageMemory({ fineTune, dataset: folder });
    expect(dataset / 1_050_000).toBeGreaterThan(300);
    expect(dataset / 1_050_000).toBeLessThan(500);
    expect(total).toBe(dataset + batches + cache);
  });
});

it.each(['cifar10', 'cifar100'] as const)(
  'the memory for images of %s has its files and its pixels, and batches at their own size',
  (dataset) => {
    const { dataset: held, batches, cache, total } = imageMemory({ fineTune, dataset });
    expect(held).toBeGreaterThan(2 * 60_000 * pixels(32));
    expect(batches).toBe(3 * (512 + 64) * pixels(32));
    expect([cache, total]).toEqual([0, held + batches]);
  },
);

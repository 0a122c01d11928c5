import { describe, expect, it } from 'vitest';
import { BatchSource } from '../src/batchSource.ts';
import { data, spec } from './tinyTask.ts';

const all = { ...spec, shots: 'all' as const, batch: 4, batchSplit: 1 };

describe('batches of all training images', () => {
  it('hold every image once in each pass', () => {
    const source = new BatchSource(all, data.train);
    const batches = Array.from({ length: 3 }, () => source.next());
    const first = (images: Uint8Array): string[] =>
      Array.from({ length: images.length / 3072 }, (_, at) =>
        Buffer.from(images.subarray(at * 3072, (at + 1) * 3072)).toString('base64'),
      );
    const drawn = batches.flatMap(({ images }) => first(images)).toSorted();
    expect(drawn).toEqual(first(data.train.images).toSorted());
  });

  it('are those of another order for another seed', () => {
    const [one, other] = [1, 2].map((seed) => new BatchSource({ ...all, seed }, data.train).next());
    expect(one!.images).not.toEqual(other!.images);
  });

  it('have labels beyond 255', () => {
    const labels = Uint16Array.from(data.train.labels, (label) => label + 21_840);
    const source = new BatchSource({ ...all, classes: 21_843 }, { ...data.train, labels });
    expect([...new Set(source.next().labels)].every((label) => label >= 21_840)).toBe(true);
  });
});

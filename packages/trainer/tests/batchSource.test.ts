import { setImmediate } from 'node:timers/promises';
import { HeldImages } from '@bit-repro/data';
import { describe, expect, it } from 'vitest';
import { BatchSource } from '../src/batchSource.ts';
import { data, spec } from './tinyTask.ts';

const all = { ...spec, shots: 'all' as const, batch: 4, batchSplit: 1 };

describe('batches of all training images', () => {
  it('hold every image once in each pass', async () => {
    const source = new BatchSource(all, data.train);
    const batches = [await source.next(), await source.next(), await source.next()];
    const first = (images: Uint8Array): string[] =>
      Array.from({ length: images.length / 3072 }, (_, at) =>
        Buffer.from(images.subarray(at * 3072, (at + 1) * 3072)).toString('base64'),
      );
    const drawn = batches.flatMap(({ images }) => first(images)).toSorted();
    expect(drawn).toEqual(first(data.train.pixels).toSorted());
  });

  it('are those of another order for another seed', async () => {
    const of = (seed: number) => new BatchSource({ ...all, seed }, data.train).next();
    expect((await of(1)).images).not.toEqual((await of(2)).images);
  });

  it('have labels beyond 255', async () => {
    const labels = Uint16Array.from(data.train.labels, (label) => label + 21_840);
    const source = new BatchSource(
      { ...all, classes: 21_843 },
      new HeldImages(data.train.pixels, labels, data.train.size),
    );
    expect([...new Set((await source.next()).labels)].every((label) => label >= 21_840)).toBe(true);
  });
});

describe('batches', () => {
  it('are asked for in the size that images are resized to', async () => {
    const sides: number[] = [];
    const train = {
      labels: data.train.labels,
      count: data.train.count,
      sizeFor: (side: number) => ({ height: side, width: side }),
      read: (indices: ArrayLike<number>, side: number) => {
        sides.push(side);
        return Promise.resolve(new Uint8Array(indices.length * side * side * 3));
      },
    };
    const { images } = await new BatchSource(spec, train).next();
    expect(images).toHaveLength(spec.batch * 40 * 40 * 3);
    expect(new Set(sides)).toEqual(new Set([spec.resize]));
  });

  it('are given back, each once, when the next one is asked for', async () => {
    const { labels, count } = data.train;
    const [read, released]: [Uint8Array[], Uint8Array[]] = [[], []];
    const train = {
      labels,
      count,
      sizeFor: (side: number) => ({ height: side, width: side }),
      read: (indices: ArrayLike<number>, side: number) => {
        read.push(new Uint8Array(indices.length * side * side * 3));
        return Promise.resolve(read.at(-1)!);
      },
      release: (pixels: Uint8Array) => released.push(pixels),
    };
    const source = new BatchSource(spec, train);
    const most: number[] = [];
    for (let step = 0; step < 4; step += 1) {
      const { images } = await source.next();
      expect(released).not.toContain(images);
      most.push(read.length - released.length);
    }
    expect(released.map((pixels) => read.indexOf(pixels))).toEqual([0, 1, 2]);
    expect(Math.max(...most)).toBe(3);
  });

  it('are as many as the schedule has steps', async () => {
    const source = new BatchSource(spec, data.train);
    for (let step = 0; step < 4; step += 1) await source.next();
    await expect(source.next()).rejects.toThrow('Expected at most 4 batches');
  });

  it('read ahead leave the state of the generator at the batch in use', async () => {
    const [ahead, skipping] = [new BatchSource(spec, data.train), new BatchSource(spec, data.train)];
    await ahead.next();
    skipping.skip(1);
    expect(ahead.randomState).toEqual(skipping.randomState);
  });
});

it('the time that steps wait for their images is counted', async () => {
  let arrive: (images: Uint8Array) => void = () => undefined;
  const reading = new Promise<Uint8Array>((resolve) => (arrive = resolve));
  const { labels, count, size } = data.train;
  const slow = { labels, count, sizeFor: () => size, read: () => reading };
  const source = new BatchSource(spec, slow);
  expect(source.waitedSeconds).toBe(0);
  const batch = source.next();
  await setImmediate();
  arrive(new Uint8Array(0));
  await batch;
  expect(source.waitedSeconds).toBeGreaterThan(0);
});

import { readFixture } from '@bit-repro/model/testing';
import { describe, expect, it } from 'vitest';
import { BatchSource, inPairs, splitBatch } from '../src/batchSource.ts';
import { compiledNetwork } from '../src/compiledNetwork.ts';
import type { MicroBatch } from '../src/network.ts';
import { excess, imagesOf, inOneStep, inParts, uncropped, type PytorchSteps } from './pytorchSteps.ts';
import { data, spec } from './tinyTask.ts';

// Made by tools/reference/make_training_fixtures.py.
const fixture = readFixture(new URL('fixtures/mixup.json', import.meta.url)) as PytorchSteps & {
  mixup: { lambda: number; partners: number[] }[];
};
const imagesAt = imagesOf(fixture);
const { batch, size } = fixture;
const bytes = size * size * 3;

function mixedAt(step: number): MicroBatch {
  const { images, labels } = imagesAt(step);
  const { lambda, partners } = fixture.mixup[step]!;
  const order = inPairs(Int32Array.from(partners));
  return {
    images: Uint8Array.from([...order].flatMap((at) => [...images.subarray(at * bytes, (at + 1) * bytes)])),
    labels: order.map((at) => labels[at]!),
    cropsAndFlips: uncropped(2 * batch),
    lambda,
  };
}

const mixing = { create: compiledNetwork, mixes: true };

describe('steps with MixUp', () => {
  it('give the losses and weights of PyTorch', () => {
    const { losses, moves } = excess(fixture, mixing, mixedAt, inOneStep);
    expect(losses).toBeLessThan(1);
    expect(moves).toBeLessThan(1);
  });

  it.each([1, 2, 8])('give them if partners are in other micro-batches, of %d', (parts) => {
    const takeStep = inParts((whole) => splitBatch(whole, parts), parts);
    const { losses, moves } = excess(fixture, mixing, mixedAt, takeStep);
    expect(losses).toBeLessThan(1);
    expect(moves).toBeLessThan(1);
  });

  it.each<[string, (mixed: MicroBatch) => MicroBatch]>([
    ['image and partner in the wrong order', (mixed) => ({ ...mixed, lambda: 1 - mixed.lambda! })],
    [
      'labels that are not mixed',
      (mixed) => ({ ...mixed, labels: mixed.labels.map((_, at) => mixed.labels[at - (at % 2)]!) }),
    ],
    ['images that are not mixed', (mixed) => ({ ...mixed, images: unmixed(mixed.images) })],
  ])('detect a mistake: %s', (_, change) => {
    const { losses, moves } = excess(fixture, mixing, (step) => change(mixedAt(step)), inOneStep);
    expect(losses).toBeGreaterThan(50);
    expect(moves).toBeGreaterThan(50);
  });

  it('need a lambda', () => {
    const { lambda: _, ...lacking } = mixedAt(0);
    expect(() => excess(fixture, mixing, () => lacking, inOneStep)).toThrow(/`lambda` of the entry `step`/);
  });
});

/** Each image in the place of its partner. */
function unmixed(images: Uint8Array): Uint8Array {
  const copied = Uint8Array.from(images);
  for (let first = 0; first < images.length; first += 2 * bytes)
    copied.copyWithin(first + bytes, first, first + bytes);
  return copied;
}

describe('batches with MixUp', () => {
  const mixed = { ...spec, batch: 6, mixup: 0.1 };
  const without = { ...mixed, mixup: 0 };
  const first = (given: typeof mixed): Promise<MicroBatch> => new BatchSource(given, data.train).next();

  it('have the images, labels, crops and flips of those without, each with a partner of the same batch', async () => {
    const own = await first({ ...without, batchSplit: 1 });
    const pairs = await first({ ...mixed, batchSplit: 1 });
    const every = (step: number, values: Int32Array): Int32Array => values.filter((_, at) => at % 2 === step);
    expect(every(0, pairs.labels)).toEqual(own.labels);
    expect(every(1, pairs.labels).toSorted()).toEqual(own.labels.toSorted());
    for (const key of ['top', 'left', 'flip'] as const) {
      expect(every(0, pairs.cropsAndFlips[key])).toEqual(own.cropsAndFlips[key]);
      expect(every(1, pairs.cropsAndFlips[key]).toSorted()).toEqual(own.cropsAndFlips[key].toSorted());
    }
    expect(unmixed(pairs.images)).not.toEqual(pairs.images);
    expect(pairs.images).toHaveLength(2 * own.images.length);
  });

  it('have a lambda of their own at each step, and only there', async () => {
    const source = new BatchSource({ ...mixed, schedule: [2, 20] }, data.train);
    const lambdas = new Set<number>();
    for (let step = 0; step < 20; step += 1) lambdas.add((await source.next()).lambda!);
    expect(lambdas.size).toBe(20);
    expect((await first(without)).lambda).toBeUndefined();
  });

  it('are the same for the split auto as in one part', async () => {
    expect(await first({ ...mixed, batchSplit: 'auto' })).toEqual(await first({ ...mixed, batchSplit: 1 }));
  });

  it('continue after skipped steps', async () => {
    const [whole, resumed] = [new BatchSource(mixed, data.train), new BatchSource(mixed, data.train)];
    const third = [await whole.next(), await whole.next(), await whole.next()][2];
    resumed.skip(2);
    expect(await resumed.next()).toEqual(third);
    expect(resumed.randomState).toEqual(whole.randomState);
  });
});

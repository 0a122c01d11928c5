import { architectureNamed } from '@bit-repro/model';
import { GraphError } from '@bit-repro/engine';
import { describe, expect, it, vi } from 'vitest';
import type * as Compiled from '../src/compiledNetwork.ts';
import { fineTune, type FineTuneSpec, type TrainingEvent } from '../src/index.ts';
import { batchSplitFor, finerSplit, trainingBytes } from '../src/memory.ts';
import { engine } from './engine.ts';
import { data, spec as tinySpec, weights } from './tinyTask.ts';

const limit = vi.hoisted(() => ({ images: Infinity }));

// A network for which TensorFlow runs out of memory if more than `limit.images` are trained at once.
vi.mock('../src/compiledNetwork.ts', async (original) => {
  const { compiledNetwork } = await original<typeof Compiled>();
  const check = (images: number): void => {
    if (images <= limit.images) return;
    throw new GraphError('TensorFlow ran out of memory', '', { kind: 'resource-exhausted' });
  };
  const limited: typeof compiledNetwork = (tf, options) => {
    const network = compiledNetwork(tf, options);
    return {
      ...network,
      step(batch, rates) {
        check(batch.labels.length);
        return network.step(batch, rates);
      },
      accumulate(batch, weight) {
        const loss = network.accumulate(batch, weight);
        check(batch.labels.length);
        return loss;
      },
    };
  };
  return { compiledNetwork: limited };
});

const spec: FineTuneSpec = { ...tinySpec, batch: 6, batchSplit: 1, schedule: [1, 3] };

async function run(images: number, given = spec, freeBytes?: number) {
  limit.images = images;
  const events: TrainingEvent[] = [];
  const result = await fineTune({
    engine,
    spec: given,
    loadWeights: () => Promise.resolve(weights),
    data,
    ...(freeBytes !== undefined && { freeBytes }),
    onEvent: (event) => {
      events.push(event);
    },
  });
  return { result, events };
}

describe('a step that runs out of memory', () => {
  it.each([
    [3, 2],
    [2, 3],
    [1, 6],
  ])('is repeated in parts of %d images, with the same loss', async (images, parts) => {
    const { result: whole } = await run(Infinity);
    const { result, events } = await run(images);
    expect(result.splits.at(-1)).toEqual({ step: 0, batchSplit: parts === 3 ? 6 : parts });
    expect(events.filter(({ kind }) => kind === 'split').length).toBe(result.splits.length - 1);
    for (const [step, loss] of whole.stepLosses.entries()) {
      expect(Math.abs(result.stepLosses[step]! / loss - 1)).toBeLessThan(1e-5);
    }
  });

  it('is repeated with the same loss if MixUp pairs images of different parts', async () => {
    const mixed = { ...spec, mixup: 0.1 };
    const { result: whole } = await run(Infinity, mixed);
    const { result } = await run(2, mixed); // an image and its partner
    expect(result.splits.at(-1)).toEqual({ step: 0, batchSplit: 6 });
    for (const [step, loss] of whole.stepLosses.entries()) {
      expect(Math.abs(result.stepLosses[step]! / loss - 1)).toBeLessThan(1e-5);
    }
  });

  it('fails if single images are too large', async () => {
    await expect(run(0)).rejects.toThrow('out of memory');
  });
});

describe('the batch split `auto`', () => {
  it('splits no more than memory requires', async () => {
    const roomy = await run(Infinity, { ...spec, batchSplit: 'auto' }, 64e9);
    expect(roomy.result.splits).toEqual([{ step: 0, batchSplit: 1 }]);
    const tight = await run(Infinity, { ...spec, batchSplit: 'auto' }, 0);
    expect(tight.result.splits).toEqual([{ step: 0, batchSplit: 6 }]);
  });

  it.each(['float32', 'bfloat16'] as const)(
    'fits R50x3 with its batch of 512 into any memory with room for two images, in %s',
    (precision) => {
      const network = architectureNamed('R50x3');
      const task = { batch: 512, crop: 128, classes: 10, precision };
      for (const freeBytes of [8e9, 12e9, 24e9, 80e9]) {
        const split = batchSplitFor(network, task, freeBytes);
        expect(trainingBytes(network, task, 512 / split)).toBeLessThanOrEqual(0.8 * freeBytes);
        expect(trainingBytes(network, task, (512 / split) * 2)).toBeGreaterThan(0.8 * freeBytes);
      }
    },
  );
});

it('memory for training includes the head of many classes, with its momentum, gradient and a copy', () => {
  const bytes = (classes: number): number =>
    trainingBytes(architectureNamed('R50x1'), { crop: 128, classes, precision: 'float32' }, 1);
  expect(bytes(21_843) - bytes(10)).toBeGreaterThan(16 * 2048 * (21_843 - 10));
});

describe('finerSplit', () => {
  it.each([
    [512, 1, 2],
    [12, 2, 4],
    [6, 2, 6],
    [6, 6, undefined],
    [7, 1, 7],
  ])('for a batch of %d in %d parts', (batch, split, finer) => {
    expect(finerSplit(batch, split)).toBe(finer);
  });
});

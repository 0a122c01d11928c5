import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeldImages, type DatasetImages } from '@bit-repro/data';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { distil, type Distilled, type DistilEvent } from '../src/distil/distil.ts';
import { type Recipe, recipeSchema } from '../src/distil/recipe.ts';
import { nearestCentroid } from '../src/distil/nearestCentroid.ts';
import { engine } from './engine.ts';
import { noise } from './noise.ts';

const imageBytes = 32 * 32 * 3;
const recipe: Recipe = {
  architecture: 'mini',
  seed: 3,
  epochs: 3,
  batch: 10,
  lr: 0.002,
  warmup: 0.2,
  weightDecay: 0.0001,
  resize: 40,
  px: 32,
  teacherPx: 32,
  components: 4,
  neighbours: 2,
  rounds: 1,
  measureEvery: 3,
};

/** Ten classes of noise that differ in brightness. */
function held(count: number, stream: number): HeldImages {
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  const pixels = Uint8Array.from(
    noise(count * imageBytes, stream),
    (value, byte) => 20 * labels[Math.floor(byte / imageBytes)]! + 50 * value,
  );
  return new HeldImages(pixels, labels, { height: 32, width: 32 });
}
const data: DatasetImages<HeldImages> = { train: held(50, 1), test: held(20, 2) };
/** A direction for each class. */
const targets = {
  width: recipe.components,
  values: Float32Array.from({ length: 50 * 4 }, (_, index) => {
    const angle = ((Math.floor(index / 4) % 10) * Math.PI) / 5;
    return [Math.cos(angle), Math.sin(angle), 0, 0][index % 4]!;
  }),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'distil-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function run(
  given: Partial<Recipe> = {},
  stop: (event: DistilEvent) => boolean = () => false,
): Promise<{ result?: Distilled; events: DistilEvent[] }> {
  const controller = new AbortController();
  const events: DistilEvent[] = [];
  const result = await distil({
    engine,
    recipe: { ...recipe, ...given },
    data,
    targets,
    targetsKey: 'made up',
    checkpoints: { folder, everySeconds: 1e6 },
    signal: controller.signal,
    onEvent: (event) => {
      events.push(event);
      if (stop(event)) controller.abort(new Error('stopped'));
    },
  }).catch((error: unknown) => {
    if ((error as Error).message !== 'stopped') throw error;
    return undefined;
  });
  return { ...(result !== undefined && { result }), events };
}

const bits = ({ weights, ...rest }: Distilled): unknown => {
  const hash = createHash('sha256');
  for (const { data: values } of weights.values()) hash.update(values);
  return { ...rest, weights: hash.digest('hex') };
};

describe('a distillation', () => {
  it('learns, reports its progress, and leaves no checkpoint and no head', async () => {
    const { result, events } = await run();
    const losses = events.flatMap((event) => (event.kind === 'epoch' ? [event.loss] : []));
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0]!);
    expect(result!.loss).toBe(losses[2]);
    expect(events.at(-1)).toEqual({ kind: 'measurement', epoch: 3, ...result!.nearestCentroid });
    expect([...result!.weights.keys()].some((name) => name.includes('head'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives the same bits if it is stopped and resumed', async () => {
    const { result } = await run();
    const stopped = await run({}, ({ kind }) => kind === 'epoch');
    expect(stopped.result).toBeUndefined();
    expect(stopped.events.at(-1)).toEqual({ kind: 'checkpoint', step: 5 });
    const resumed = await run();
    expect(resumed.events[0]).toEqual({ kind: 'resumed', step: 5 });
    expect(bits(resumed.result!)).toEqual(bits(result!));
  });

  it('does not resume from the checkpoint of another recipe, and says so', async () => {
    await run({}, ({ kind }) => kind === 'epoch');
    const { events } = await run({ lr: 0.001, epochs: 1 });
    expect(events[0]).toMatchObject({ kind: 'restarted' });
  });

  it('reports divergence with a remedy', async () => {
    await expect(run({ lr: 1e30 })).rejects.toMatchObject({ remedy: /Lower lr/ });
  });
});

describe('nearest centroid', () => {
  const brightness = (images: Uint8Array): Float32Array =>
    Float32Array.from({ length: 2 * (images.length / imageBytes) }, (_, index) => {
      const image = images.subarray(imageBytes * (index >> 1), imageBytes * ((index >> 1) + 1));
      const mean = image.reduce((sum, value) => sum + value, 0) / imageBytes;
      const angle = ((mean - 25) / 200) * Math.PI;
      return index % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    });

  it('is right for all images if features separate the classes', () => {
    expect(nearestCentroid(brightness, data)).toEqual({ shots1: 1, shots5: 1 });
  });

  it('is right for one class in ten if features contain no information', () => {
    const same = (images: Uint8Array): Float32Array => new Float32Array(images.length / imageBytes).fill(1);
    expect(nearestCentroid(same, data)).toEqual({ shots1: 0.1, shots5: 0.1 });
  });
});

describe('a recipe', () => {
  it.each([
    ['architecture', 'R51'],
    ['epochs', 0],
    ['batch', 1.5],
    ['lr', 0],
    ['warmup', 1.1],
    ['weightDecay', -1],
    ['rounds', -1],
    ['colour', 'red'],
  ])('rejects %s: %s', (key, value) => {
    expect(recipeSchema.safeParse({ ...recipe, [key]: value }).error?.message).toContain(key);
  });
});

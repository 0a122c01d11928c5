import { architectureNamed } from '@bit-repro/model';
import {
  differenceFromSummary,
  hashedBytes,
  hashedWeights,
  readFixture,
  type TensorSummary,
} from '@bit-repro/model/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compiledNetwork } from '../src/compiledNetwork.ts';
import type { MicroBatch } from '../src/network.ts';
import { tf } from './engine.ts';
import { eagerNetwork } from './reference/eagerNetwork.ts';
import type { momentumStep } from './reference/momentum.ts';

// Made by tools/reference/make_training_fixtures.py.
const fixture = readFixture(new URL('fixtures/tenSteps.json', import.meta.url)) as {
  seed: number;
  architecture: string;
  classes: number;
  size: number;
  batch: number;
  momentum: number;
  learningRates: number[];
  losses: number[];
  /** The same losses in float32 with autocast to bfloat16. */
  autocastLosses: number[];
  /** How far each parameter has moved at the end. */
  moves: TensorSummary[];
};

const { seed, architecture, classes, size, batch, momentum, learningRates } = fixture;
const steps = learningRates.length;
const weights = hashedWeights(architectureNamed(architecture), classes, seed, 'decided');
const imageBytes = size * size * 3;
const images = hashedBytes('images/training', steps * batch * imageBytes, seed);
const uncropped = { top: new Int32Array(batch), left: new Int32Array(batch), flip: new Int32Array(batch) };

type Create = typeof compiledNetwork;

/** The largest differences from PyTorch, as multiples of the tolerance. */
function excess(
  create: Create,
  whole = true,
  precision: 'float32' | 'bfloat16' = 'float32',
): { losses: number; moves: number } {
  const options = { architecture: architectureNamed(architecture), classes, weights, precision };
  const network = create(tf, { ...options, resize: size, crop: size });
  try {
    const losses = learningRates.map((learningRate, step) => {
      const rates = { learningRate, momentum };
      const loss = whole ? network.step(microBatch(step), rates) : network.accumulate(microBatch(step), 1);
      if (!whole) network.update(rates);
      return Math.abs(loss / fixture.losses[step]! - 1) / 1e-5;
    });
    const after = network.state().parameters;
    const moves = fixture.moves.map((summary) => {
      const before = weights.get(summary.name)!.data;
      const move = after.get(summary.name)!.data.map((value, index) => value - before[index]!);
      const norm = Math.sqrt(before.reduce((sum, value) => sum + value ** 2, 0));
      // Each step rounds the weights to float32, which is visible in a parameter that hardly moves.
      const tolerated = 1e-3 * summary.norm + steps * 2 ** -24 * norm;
      return differenceFromSummary(move, summary, seed) / tolerated;
    });
    return { losses: Math.max(...losses), moves: Math.max(...moves) };
  } finally {
    network.dispose();
  }
}

function microBatch(step: number): MicroBatch {
  const first = step * batch;
  return {
    images: images.subarray(first * imageBytes, (first + batch) * imageBytes),
    labels: Uint8Array.from({ length: batch }, (_, index) => (first + index) % classes),
    cropsAndFlips: uncropped,
  };
}

describe('ten steps with a varying learning rate', () => {
  afterEach(() => {
    vi.doUnmock('./reference/momentum.ts');
  });

  it.each<[string, Create, boolean]>([
    ['compiled, in whole batches', compiledNetwork, true],
    ['compiled, by micro-batches', compiledNetwork, false],
    ['eager', eagerNetwork, true],
  ])('give the losses and weights of PyTorch, %s', (_, create, whole) => {
    const { losses, moves } = excess(create, whole);
    expect(losses).toBeLessThan(1);
    expect(moves).toBeLessThan(1);
  });

  it('in bfloat16 differ at most a few times as much as PyTorch’s autocast does', () => {
    const { losses } = excess(compiledNetwork, true, 'bfloat16');
    const autocast = fixture.autocastLosses.map((loss, step) => Math.abs(loss / fixture.losses[step]! - 1));
    expect(losses * 1e-5).toBeLessThan(5 * Math.max(...autocast));
    expect(losses * 1e-5).toBeGreaterThan(1e-5);
  });

  it.each<[string, typeof momentumStep]>([
    [
      'the learning rate inside the buffer',
      (tf, { parameter, velocity }, gradient, { learningRate, momentum }) => {
        const moved = tf.add(tf.mul(velocity, momentum), tf.mul(gradient, learningRate));
        return { parameter: tf.sub(parameter, moved), velocity: moved };
      },
    ],
    [
      'the gradient dampened',
      (tf, { parameter, velocity }, gradient, { learningRate, momentum }) => {
        const moved = tf.add(tf.mul(velocity, momentum), tf.mul(gradient, 1 - momentum));
        return { parameter: tf.sub(parameter, tf.mul(moved, learningRate)), velocity: moved };
      },
    ],
    [
      "Nesterov's momentum",
      (tf, { parameter, velocity }, gradient, { learningRate, momentum }) => {
        const moved = tf.add(tf.mul(velocity, momentum), gradient);
        const ahead = tf.add(gradient, tf.mul(moved, momentum));
        return { parameter: tf.sub(parameter, tf.mul(ahead, learningRate)), velocity: moved };
      },
    ],
  ])('detect a wrong form of momentum: %s', async (_, wrongStep) => {
    vi.resetModules();
    vi.doMock('./reference/momentum.ts', () => ({ momentumStep: wrongStep }));
    const mutant = await import('./reference/eagerNetwork.ts');
    const { losses, moves } = excess(mutant.eagerNetwork);
    expect(losses).toBeGreaterThan(50);
    expect(moves).toBeGreaterThan(50);
  });
});

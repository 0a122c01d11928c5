import { readFixture } from '@bit-repro/model/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compiledNetwork } from '../src/compiledNetwork.ts';
import {
  excess,
  imagesOf,
  inOneStep,
  inParts,
  type Create,
  type PytorchSteps,
  type TakeStep,
} from './pytorchSteps.ts';
import { eagerNetwork } from './reference/eagerNetwork.ts';
import type { momentumStep } from './reference/momentum.ts';

// Made by tools/reference/make_training_fixtures.py.
const fixture = readFixture(new URL('fixtures/tenSteps.json', import.meta.url)) as PytorchSteps & {
  /** The same losses in float32 with autocast to bfloat16. */
  autocastLosses: number[];
};
const imagesAt = imagesOf(fixture);
const byMicroBatches = inParts((batch) => [batch], 1);

describe('ten steps with a varying learning rate', () => {
  afterEach(() => {
    vi.doUnmock('./reference/momentum.ts');
  });

  it.each<[string, Create, TakeStep]>([
    ['compiled, in whole batches', compiledNetwork, inOneStep],
    ['compiled, by micro-batches', compiledNetwork, byMicroBatches],
    ['eager', eagerNetwork, inOneStep],
  ])('give the losses and weights of PyTorch, %s', (_, create, takeStep) => {
    const { losses, moves } = excess(fixture, { create }, imagesAt, takeStep);
    expect(losses).toBeLessThan(1);
    expect(moves).toBeLessThan(1);
  });

  it('in bfloat16 differ at most a few times as much as PyTorch’s autocast does', () => {
    const { losses } = excess(
      fixture,
      { create: compiledNetwork, precision: 'bfloat16' },
      imagesAt,
      inOneStep,
    );
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
    const { losses, moves } = excess(fixture, { create: mutant.eagerNetwork }, imagesAt, inOneStep);
    expect(losses).toBeGreaterThan(50);
    expect(moves).toBeGreaterThan(50);
  });
});

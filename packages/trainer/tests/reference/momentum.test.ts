import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { momentumStep } from './momentum.ts';
import { tf } from '../engine.ts';

// Made by tools/reference/make_sgd_fixtures.py.
const fixture = JSON.parse(readFileSync(new URL('../fixtures/sgd.json', import.meta.url), 'utf8')) as {
  momentum: number;
  start: number[];
  steps: { learningRate: number; gradient: number[]; parameter: number[] }[];
};

it('momentumStep takes the steps of torch.optim.SGD, ten times with a varying learning rate', () => {
  tf.tidy(() => {
    let state = { parameter: tf.tensor(fixture.start), velocity: tf.zeros([fixture.start.length]) };
    for (const { learningRate, gradient, parameter } of fixture.steps) {
      state = momentumStep(tf, state, tf.tensor(gradient), { learningRate, momentum: fixture.momentum });
      state.parameter.dataSync().forEach((value, index) => {
        expect(value).toBeCloseTo(parameter[index]!, 6);
      });
    }
  });
});

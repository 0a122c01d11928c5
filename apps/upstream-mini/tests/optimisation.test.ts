import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adamRates, adamW, type AdamRates, type AdamState } from '../src/distil/adamW.ts';
import { oneCycle } from '../src/distil/schedule.ts';
import { tf } from './engine.ts';
import { fixture } from './fixture.ts';

interface AdamWFixture {
  weightDecay: number;
  start: number[];
  steps: { learningRate: number; gradient: number[]; parameter: number[] }[];
}

it('AdamW takes the same ten steps as PyTorch, with a varying learning rate', () => {
  const { weightDecay, start, steps } = fixture('adam-w') as AdamWFixture;
  let state: AdamState = { value: tf.tensor1d(start), first: tf.zeros([5]), second: tf.zeros([5]) };
  steps.forEach(({ learningRate, gradient, parameter }, index) => {
    const rates = Object.fromEntries(
      Object.entries(adamRates(learningRate, index + 1)).map(([name, [value]]) => [name, tf.scalar(value!)]),
    ) as unknown as AdamRates;
    state = adamW(tf, state, tf.tensor1d(gradient), rates, weightDecay);
    state.value.dataSync().forEach((value, element) => {
      expect(value).toBeCloseTo(parameter[element]!, 6);
    });
  });
});

describe('the one-cycle learning rate', () => {
  const cycle = fc
    .record({ steps: fc.integer({ min: 2, max: 500 }), warmup: fc.double({ min: 0, max: 0.9, noNaN: true }) })
    .map(({ steps, warmup }) =>
      Array.from({ length: steps }, (_, step) => oneCycle(step, steps, { lr: 0.002, warmup })),
    );

  it('rises to its maximum, then never rises again', () => {
    fc.assert(
      fc.property(cycle, (rates) => {
        const top = rates.indexOf(Math.max(...rates));
        expect(rates[top]).toBeCloseTo(0.002, 10);
        rates.forEach((rate, step) => {
          if (step > 0 && step <= top) expect(rate).toBeGreaterThanOrEqual(rates[step - 1]!);
          if (step > top) expect(rate).toBeLessThanOrEqual(rates[step - 1]!);
          expect(rate).toBeGreaterThan(0);
        });
      }),
    );
  });

  it.each([
    [0, 0.0002],
    [9, 0.002],
    [10, 0.002],
    [55, 0.001],
  ])('at step %i of 100 with a warm-up of a tenth is %f', (step, rate) => {
    expect(oneCycle(step, 100, { lr: 0.002, warmup: 0.1 })).toBeCloseTo(rate, 12);
  });
});

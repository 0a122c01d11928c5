import type { Rank } from '@bit-repro/engine';
import { describe, expect, it } from 'vitest';
import { groupNormRelu } from '../src/groupNorm.ts';
import { convolve, zeroPaddedMaxPool } from '../src/spatial.ts';
import { standardiseKernel } from '../src/weightStandardisation.ts';
import { tf } from './engine.ts';
import {
  operationCases,
  operationDifference,
  operationTolerance,
  type Operation,
} from './reference/operations.ts';

const operations = { groupNormRelu, standardiseKernel, zeroPaddedMaxPool, convolve };

describe.each(Object.keys(operations) as Operation[])('%s', (operation) => {
  it.each(operationCases[operation])('has the values and gradients of PyTorch: $name', (given) => {
    expect(operationDifference(operations, operation, given)).toBeLessThan(operationTolerance(given));
  });
});

describe('groupNormRelu', () => {
  it.each([0, -1, 100])('gives relu(beta) for an image that is %d everywhere', (value) => {
    tf.tidy(() => {
      const x = tf.fill<Rank.R4>([1, 7, 7, 64], value);
      const beta = tf.linspace(-1, 1, 64);
      const y = groupNormRelu(tf, x, tf.ones([64]), beta);
      expect(tf.max(tf.abs(tf.sub(y, tf.relu(beta)))).dataSync()[0]).toBeLessThan(1e-2);
    });
  });
});

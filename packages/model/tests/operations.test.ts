import type { Rank } from '@bit-repro/engine';
import { describe, expect, it } from 'vitest';
import { composedGroupNormRelu, groupNormRelu } from '../src/groupNorm.ts';
import { convolve, zeroPaddedMaxPool } from '../src/spatial.ts';
import { composedStandardiseKernel, standardiseKernel } from '../src/weightStandardisation.ts';
import { tf } from './engine.ts';
import { groupNormDifference, roundedToBfloat16, standardiseDifference } from './reference/bfloat16.ts';
import {
  operationCases,
  operationDifference,
  operationTolerance,
  type Operation,
} from './reference/operations.ts';

const operations = { groupNormRelu, standardiseKernel, zeroPaddedMaxPool, convolve };

describe.each(Object.keys(operations) as Operation[])('%s', (operation) => {
  it.each(operationCases[operation])('has the values and gradients of PyTorch: $name', (given) => {
    expect(operationDifference(tf, operations, operation, given)).toBeLessThan(operationTolerance(given));
  });
});

describe.each(['groupNormRelu', 'standardiseKernel'] as const)('%s with ordinary ops', (operation) => {
  const composed = {
    ...operations,
    groupNormRelu: composedGroupNormRelu,
    standardiseKernel: composedStandardiseKernel,
  };
  it.each(operationCases[operation])('has the values and gradients of PyTorch: $name', (given) => {
    expect(operationDifference(tf, composed, operation, given)).toBeLessThan(operationTolerance(given));
  });
});

describe('groupNormRelu on the processor', () => {
  it('propagates NaN', () => {
    tf.tidy(() => {
      const x = tf.tensor4d(
        Float32Array.from({ length: 64 }, (_, i) => (i === 3 ? NaN : i)),
        [1, 1, 2, 32],
      );
      expect(groupNormRelu(tf, x, tf.ones([32]), tf.zeros([32])).dataSync()[3]).toBeNaN();
    });
  });

  it('gives an image the same bits for any batch', () => {
    tf.tidy(() => {
      const x = tf.tensor4d(
        Float32Array.from({ length: 3 * 9 * 96 }, (_, i) => Math.sin(i)),
        [3, 3, 3, 96],
      );
      const [gamma, beta] = [tf.linspace(0.5, 1.5, 96), tf.linspace(-1, 1, 96)];
      const whole = groupNormRelu(tf, x, gamma, beta);
      const last = groupNormRelu(tf, tf.slice4d(x, [2, 0, 0, 0], [1, 3, 3, 96]), gamma, beta);
      expect(last.dataSync()).toEqual(tf.slice4d(whole, [2, 0, 0, 0], [1, 3, 3, 96]).dataSync());
    });
  });
});

describe('groupNormRelu', () => {
  it.each([0, -1, 100])('returns relu(beta) for an image that is %d everywhere', (value) => {
    tf.tidy(() => {
      const x = tf.fill<Rank.R4>([1, 7, 7, 64], value);
      const beta = tf.linspace(-1, 1, 64);
      const y = groupNormRelu(tf, x, tf.ones([64]), beta);
      expect(tf.max(tf.abs(tf.sub(y, tf.relu(beta)))).dataSync()[0]).toBeLessThan(1e-2);
    });
  });
});

describe('in a graph with bfloat16 activations', () => {
  it.each([[[2, 8, 8, 96]], [[1, 17, 17, 544]], [[3, 1, 1, 64]]] as const)(
    'group norm of %j and its gradients equal those in float32, rounded once',
    (shape) => {
      const { rounded, float32 } = groupNormDifference(tf, shape);
      expect(rounded).toBeLessThan(2e-4);
      expect(float32).toBeLessThan(1e-6);
    },
  );

  it.each([[[3, 3, 40, 48]], [[1, 1, 64, 10]]] as const)(
    'weight standardisation of %j equals that in float32, rounded once, and its gradient is float32',
    (shape) => {
      const { rounded, float32 } = standardiseDifference(tf, shape);
      expect(rounded).toBeLessThan(2e-4);
      expect(float32).toBeLessThan(2 ** -8);
      expect(float32).toBeGreaterThan(0);
    },
  );
});

describe('rounding to bfloat16', () => {
  it.each([
    [1 + 2 ** -8, 1],
    [1 + 3 * 2 ** -8, 1 + 2 ** -6],
    [1 + 2 ** -7 + 2 ** -9, 1 + 2 ** -7],
    [-0.3, -0.30078125],
    [255.9, 256],
  ])('rounds %d to %d', (value, expected) => {
    expect(roundedToBfloat16(Float32Array.of(value))[0]).toBe(expected);
  });
});

import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import {
  architectureNamed,
  headBias,
  headKernel,
  isStandardised,
  parameterShapes,
  randomWeights,
  withZeroHead,
} from '../src/index.ts';
import { weightsDigest } from './reference/summary.ts';

const mini = architectureNamed('mini');
const weights = randomWeights(mini, 10, xoroshiro128plus(1));

describe('randomWeights', () => {
  it('returns every parameter with its shape, from input to output', () => {
    const shapes = [...weights].map(([name, { shape }]) => ({ name, shape }));
    expect(shapes).toEqual(parameterShapes(mini, 10));
  });

  it('gives the same weights for the same seed, and others for another', () => {
    const digest = (seed: number): string => weightsDigest(randomWeights(mini, 10, xoroshiro128plus(seed)));
    expect(digest(1)).toBe(weightsDigest(weights));
    expect(digest(2)).not.toBe(weightsDigest(weights));
  });

  it('draws kernels from a normal distribution with variance 2 / fan-in', () => {
    for (const [name, { shape, data }] of weights) {
      if (!isStandardised(name)) continue;
      const deviation = Math.sqrt(2 / shape.slice(0, 3).reduce((a, b) => a * b));
      const moment = (power: number): number =>
        data.reduce((sum, value) => sum + (value / deviation) ** power, 0) / data.length;
      // Five standard errors of each moment of a normal distribution.
      const within = (variance: number): number => 5 * Math.sqrt(variance / data.length);
      expect(Math.abs(moment(1)), name).toBeLessThan(within(1));
      expect(Math.abs(moment(2) - 1), name).toBeLessThan(within(2));
      expect(Math.abs(moment(3)), name).toBeLessThan(within(15));
      expect(Math.abs(moment(4) - 3), name).toBeLessThan(within(96));
    }
  });

  it('starts with identity norms and a zero head', () => {
    for (const [name, { data }] of weights) {
      if (isStandardised(name)) continue;
      const value = name.endsWith('/gamma') ? 1 : 0;
      expect(
        data.every((element) => element === value),
        name,
      ).toBe(true);
    }
  });
});

describe('withZeroHead', () => {
  it('replaces the head by zeros for the given classes and keeps the rest', () => {
    const replaced = withZeroHead(weights, mini, 3);
    expect(replaced.get(headKernel)).toEqual({ shape: [1, 1, 1024, 3], data: new Float32Array(3072) });
    expect(replaced.get(headBias)).toEqual({ shape: [3], data: new Float32Array(3) });
    for (const [name, parameter] of weights) {
      if (name !== headKernel && name !== headBias) expect(replaced.get(name)).toBe(parameter);
    }
  });
});

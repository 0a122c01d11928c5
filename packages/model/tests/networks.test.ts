import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logits, standardiseKernel, type Weights } from '../src/index.ts';
import { backwardPass, logitsDifference, networkCases, tolerance, weightsOf } from './reference/networks.ts';
import { weightsDigest } from './reference/summary.ts';

const network = { logits, standardiseKernel };

describe.each(networkCases)('$architecture at $images.size pixels, relus $relus', (given) => {
  let weights: Weights = new Map();
  beforeAll(() => {
    weights = weightsOf(given);
  });
  afterAll(() => {
    weights = new Map();
  });

  it('uses the weights that timm used', () => {
    expect(weightsDigest(weights)).toBe(given.weightsSha256);
  });

  it('has the logits of timm', () => {
    expect(logitsDifference(network, given, weights)).toBeLessThan(tolerance.logits);
  });

  it.runIf(given.gradients)('has the loss and the gradients of all parameters of timm', () => {
    const { loss, differences } = backwardPass(network, given, weights);
    expect(loss / given.loss).toBeCloseTo(1, 5);
    expect(Object.keys(differences).sort()).toEqual([...weights.keys()].sort());
    for (const [name, difference] of Object.entries(differences)) {
      expect(difference, name).toBeLessThan(tolerance.gradients[given.relus]);
    }
  });
});

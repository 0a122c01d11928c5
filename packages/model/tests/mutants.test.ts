import { afterEach, describe, expect, it, vi } from 'vitest';
import { groupNormRelu } from '../src/groupNorm.ts';
import { convolve, zeroPaddedMaxPool } from '../src/spatial.ts';
import { standardiseKernel } from '../src/weightStandardisation.ts';
import { tf } from './engine.ts';
import {
  plainGroupNorm,
  plainStandardisation,
  poolPaddedByMinusInfinity,
  samePadding,
} from './reference/mistakes.ts';
import {
  backwardPass,
  logitsDifference,
  networkCases,
  tolerance,
  weightsOf,
  type Network,
} from './reference/networks.ts';
import {
  operationCases,
  operationDifference,
  operationTolerance,
  type Operation,
  type Operations,
} from './reference/operations.ts';

const correct: Operations = { groupNormRelu, standardiseKernel, zeroPaddedMaxPool, convolve };

interface Variant {
  title: string;
  operation: Operation;
  variant: Partial<Operations>;
}

const rewritten: Variant[] = [
  {
    title: 'group norm, plainly',
    operation: 'groupNormRelu',
    variant: { groupNormRelu: plainGroupNorm() },
  },
  {
    title: 'weight standardisation, plainly',
    operation: 'standardiseKernel',
    variant: { standardiseKernel: plainStandardisation() },
  },
];

/** Mistakes that change a network with ordinary weights and images. */
const visible: Variant[] = [
  ...(['unbiased variance', 'interleaved groups', 'gamma and beta swapped'] as const).map(
    (mistake): Variant => ({
      title: `group norm, ${mistake}`,
      operation: 'groupNormRelu',
      variant: { groupNormRelu: plainGroupNorm(mistake) },
    }),
  ),
  {
    title: 'weight standardisation, unbiased variance',
    operation: 'standardiseKernel',
    variant: { standardiseKernel: plainStandardisation('unbiased variance') },
  },
  {
    title: "convolution, padded as TensorFlow's SAME",
    operation: 'convolve',
    variant: { convolve: samePadding },
  },
  {
    title: 'max-pool, padded by minus infinity',
    operation: 'zeroPaddedMaxPool',
    variant: { zeroPaddedMaxPool: poolPaddedByMinusInfinity },
  },
];

/** Mistakes that show only if values hardly vary, or vary far from zero. */
const hidden: Variant[] = [
  ...(['eps outside the root', 'variance as E[x^2] - E[x]^2'] as const).map((mistake): Variant => ({
    title: `group norm, ${mistake}`,
    operation: 'groupNormRelu',
    variant: { groupNormRelu: plainGroupNorm(mistake) },
  })),
  {
    title: 'weight standardisation, eps outside the root',
    operation: 'standardiseKernel',
    variant: { standardiseKernel: plainStandardisation('eps outside the root') },
  },
];

/** The largest difference from PyTorch's numbers, as a multiple of the tolerance. */
function excess({ operation, variant }: Variant): number {
  const operations = { ...correct, ...variant };
  return Math.max(
    ...operationCases[operation].map(
      (given) => operationDifference(tf, operations, operation, given) / operationTolerance(given),
    ),
  );
}

async function networkOf({ variant }: Variant): Promise<Network> {
  const operations = { ...correct, ...variant };
  vi.resetModules();
  vi.doMock('../src/groupNorm.ts', () => operations);
  vi.doMock('../src/spatial.ts', () => operations);
  const { logits } = await import('../src/resnet.ts');
  return { logits, standardiseKernel: operations.standardiseKernel };
}

afterEach(() => {
  vi.doUnmock('../src/groupNorm.ts');
  vi.doUnmock('../src/spatial.ts');
});

describe('the fixtures of operations', () => {
  it.each(rewritten)('accept other correct code: $title', (variant) => {
    expect(excess(variant)).toBeLessThan(1);
  });

  it.each([...visible, ...hidden])('detect a mistake: $title', (variant) => {
    expect(excess(variant)).toBeGreaterThan(50);
  });
});

describe('the fixtures of networks', () => {
  const given = networkCases.find(
    ({ architecture, relus }) => architecture === 'mini' && relus === 'decided',
  )!;
  const weights = weightsOf(given);
  const measure = async (variant: Variant): Promise<{ logits: number; gradients: number }> => {
    const network = await networkOf(variant);
    return {
      logits: logitsDifference(network, given, weights),
      gradients: Math.max(...Object.values(backwardPass(network, given, weights).differences)),
    };
  };

  it.each(rewritten)('accept other correct code: $title', async (variant) => {
    const { logits, gradients } = await measure(variant);
    expect(logits).toBeLessThan(tolerance.logits);
    expect(gradients).toBeLessThan(tolerance.gradients.decided);
  });

  it.each(visible)('detect a mistake: $title', async (variant) => {
    const { logits, gradients } = await measure(variant);
    expect(logits).toBeGreaterThan(tolerance.logits);
    expect(gradients).toBeGreaterThan(50 * tolerance.gradients.decided);
  });
});

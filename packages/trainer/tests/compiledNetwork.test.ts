import { drawCropsAndFlips } from '@bit-repro/data';
import { meanCrossEntropy } from '@bit-repro/metrics';
import { architectureNamed, headKernel, type Weights } from '@bit-repro/model';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { compiledNetwork } from '../src/compiledNetwork.ts';
import type { MicroBatch, TrainableNetwork } from '../src/network.ts';
import { tf } from './engine.ts';
import { eagerNetwork } from './reference/eagerNetwork.ts';
import { data, imageSize, spec, weights } from './tinyTask.ts';

const crops = drawCropsAndFlips(12, spec, xoroshiro128plus(5));

/** Training images `first` to `end`, each with its own crop. */
function images(first: number, end: number): MicroBatch {
  return {
    images: data.train.pixels.subarray(first * 3072, end * 3072),
    labels: Int32Array.from(data.train.labels.subarray(first, end)),
    cropsAndFlips: {
      top: crops.top.subarray(first, end),
      left: crops.left.subarray(first, end),
      flip: crops.flip.subarray(first, end),
    },
  };
}

/** A non-zero head lets gradients through to every parameter. */
const random = xoroshiro128plus(11);
const head = weights.get(headKernel)!;
const withHead: Weights = new Map([
  ...weights,
  [headKernel, { ...head, data: head.data.map(() => uniformFloat64(random) - 0.5) }] as const,
]);

function using<T>(
  work: (network: TrainableNetwork) => T,
  { resize }: { resize: number } = spec,
  make = compiledNetwork,
  start = withHead,
): T {
  const network = make(tf, {
    ...spec,
    imageSize,
    resize,
    architecture: architectureNamed('mini'),
    weights: start,
  });
  try {
    return work(network);
  } finally {
    network.dispose();
  }
}

const drowning = { learningRate: 1e6, momentum: 0.9 };

/**
 * The loss and the gradient of twelve images, read off a single step with a rate that outweighs the old
 * values.
 */
function lossAndGradients(parts: number): { loss: number; gradients: Map<string, Float32Array> } {
  return using((network) => {
    let loss = parts === 0 ? network.step(images(0, 12), drowning) : 0;
    const size = 12 / parts;
    for (let first = 0; first < 12 && parts > 0; first += size) {
      loss += network.accumulate(images(first, first + size), 1 / parts);
    }
    if (parts > 0) network.update(drowning);
    const gradients = new Map(
      [...network.state().parameters].map(([name, { data: after }]) => {
        const before = withHead.get(name)!.data;
        return [name, after.map((value, index) => (value - before[index]!) / -1e6)];
      }),
    );
    return { loss, gradients };
  });
}

const norm = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

describe('compiledNetwork', () => {
  let computed: ReturnType<typeof lossAndGradients> | undefined;
  const whole = (): ReturnType<typeof lossAndGradients> => (computed ??= lossAndGradients(0));

  it('gives every parameter a gradient', () => {
    for (const [name, gradient] of whole().gradients) expect(norm(gradient), name).toBeGreaterThan(0);
  });

  it.each([1, 2, 3, 12])('has the same gradient if the batch is split into %d', (parts) => {
    const split = lossAndGradients(parts);
    expect(split.loss / whole().loss).toBeCloseTo(1, 6);
    for (const [name, gradient] of split.gradients) {
      const expected = whole().gradients.get(name)!;
      const difference = norm(gradient.map((value, index) => value - expected[index]!));
      expect(difference / norm(expected), name).toBeLessThan(1e-5);
    }
  });

  it('returns the mean cross-entropy of the cropped images', () => {
    const uncropped = { top: new Int32Array(12), left: new Int32Array(12), flip: new Int32Array(12) };
    using(
      (network) => {
        const loss = network.accumulate({ ...images(0, 12), cropsAndFlips: uncropped }, 0.25);
        const logits = network.logits(data.train.pixels);
        expect(loss / (0.25 * meanCrossEntropy(logits, data.train.labels, spec.classes))).toBeCloseTo(1, 5);
      },
      { resize: 32 },
    );
  });

  it('keeps the given weights until it is updated', () => {
    using((network) => {
      network.accumulate(images(0, 4), 1);
      for (const [name, { data: values }] of network.state().parameters) {
        expect(Buffer.from(values.buffer).equals(Buffer.from(withHead.get(name)!.data.buffer)), name).toBe(
          true,
        );
      }
    });
  });

  it.each([
    [
      'whole',
      (network: TrainableNetwork) => network.step(images(0, 4), { learningRate: 0.01, momentum: 0.9 }),
    ],
    [
      'split',
      (network: TrainableNetwork) => {
        network.accumulate(images(0, 4), 1);
        network.update({ learningRate: 0.01, momentum: 0.9 });
      },
    ],
  ])('takes the same steps whether or not it scores between them, with batches %s', (_, train) => {
    const trained = (scoring: boolean): Float32Array =>
      using((network) => {
        for (let step = 0; step < 3; step += 1) {
          train(network);
          if (scoring) network.logits(data.test.pixels);
        }
        return network.logits(data.test.pixels);
      });
    expect(trained(true)).toEqual(trained(false));
  });

  it('scores with the weights of the latest update', () => {
    using((network) => {
      const test = data.test.pixels;
      const before = network.logits(test);
      expect(network.logits(test)).toEqual(before);
      network.accumulate(images(0, 4), 1);
      expect(network.logits(test)).toEqual(before);
      network.update({ learningRate: 0.01, momentum: 0.9 });
      expect(network.logits(test)).not.toEqual(before);
    });
  });

  it('has as many tensors after each update as at the start, and none after it is disposed of', () => {
    const outside = tf.memory().numTensors;
    using((network) => {
      const atStart = tf.memory().numTensors;
      for (let step = 0; step < 3; step += 1) {
        network.accumulate(images(0, 4), 0.5);
        network.accumulate(images(4, 8), 0.5);
        network.update({ learningRate: 0.01, momentum: 0.9 });
        expect(tf.memory().numTensors).toBe(atStart);
      }
      network.logits(data.test.pixels);
      network.accumulate(images(0, 4), 1);
    });
    expect(tf.memory().numTensors).toBe(outside);
  });
});

describe('the compiled network compared with one run op by op', () => {
  const tenSteps = (network: TrainableNetwork): { losses: number[]; logits: Float32Array } => {
    const losses = Array.from({ length: 10 }, (_, step) => {
      const loss = network.accumulate(images(0, 6), 0.5) + network.accumulate(images(6, 12), 0.5);
      network.update({ learningRate: (0.003 * step) / 100, momentum: 0.9 });
      return loss;
    });
    return { losses, logits: network.logits(data.test.pixels) };
  };
  const compiled = using(tenSteps, spec, compiledNetwork, weights);
  const eager = using(tenSteps, spec, eagerNetwork, weights);

  it('has the same losses over the first ten steps of BiT’s warm-up, to 1e-5', () => {
    for (const [step, loss] of eager.losses.entries()) {
      expect(Math.abs(compiled.losses[step]! - loss)).toBeLessThan(1e-5 * Math.max(1, loss));
    }
  });

  it('has the same logits afterwards, to 1e-3 of the largest', () => {
    const largest = Math.max(...eager.logits.map(Math.abs));
    for (const [index, logit] of eager.logits.entries()) {
      expect(Math.abs(compiled.logits[index]! - logit)).toBeLessThan(1e-3 * largest);
    }
  });
});

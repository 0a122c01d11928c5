import type { CropsAndFlips } from '@bit-repro/data';
import { architectureNamed } from '@bit-repro/model';
import { hashedBytes, hashedWeights, readFixture } from '@bit-repro/model/testing';
import { expect, it } from 'vitest';
import { compiledNetwork } from '../src/compiledNetwork.ts';
import { resolutionFor } from '../src/index.ts';
import { tf } from './engine.ts';

// Made by tools/reference/make_large_image_fixtures.py.
const fixture = readFixture(new URL('fixtures/largeImages.json', import.meta.url)) as {
  seed: number;
  architecture: string;
  classes: number;
  size: number;
  resize: number;
  crop: number;
  crops: Record<keyof CropsAndFlips, number>[];
  labels: number[];
  momentum: number;
  learningRates: number[];
  losses: number[];
  /** Of how far each parameter has moved at the end. */
  norms: Record<string, number>;
};
const { seed, classes, size, resize, crop, crops, momentum, learningRates, losses, norms } = fixture;

const norm = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

it('two steps of R50x1 at 480 pixels have the losses of PyTorch to 1e-5, and gradients to 1e-3', () => {
  expect(resolutionFor(480, 640)).toEqual({ resize, crop });
  const square = { height: size, width: size };
  const architecture = architectureNamed(fixture.architecture);
  const weights = hashedWeights(architecture, classes, seed, 'decided');
  const network = compiledNetwork(tf, {
    architecture,
    classes,
    weights,
    precision: 'float32',
    imageSize: { train: square, test: square },
    resize,
    crop,
  });
  const valuesOf = (key: keyof CropsAndFlips): Int32Array => Int32Array.from(crops, (one) => one[key]);
  const batch = {
    images: hashedBytes('images/large', crops.length * size * size * 3, seed),
    labels: Int32Array.from(fixture.labels),
    cropsAndFlips: { top: valuesOf('top'), left: valuesOf('left'), flip: valuesOf('flip') },
  };
  learningRates.forEach((learningRate, step) => {
    const loss = network.step(batch, { learningRate, momentum });
    expect(Math.abs(loss / losses[step]! - 1)).toBeLessThan(1e-5);
  });
  const after = network.state().parameters;
  network.dispose();
  for (const [name, expected] of Object.entries(norms)) {
    const before = weights.get(name)!.data;
    const move = after.get(name)!.data.map((value, index) => value - before[index]!);
    expect(Math.abs(norm(move) / expected - 1), name).toBeLessThan(1e-3);
  }
});

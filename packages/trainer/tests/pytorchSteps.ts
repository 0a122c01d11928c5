import { architectureNamed, type Weights } from '@bit-repro/model';
import {
  differenceFromSummary,
  hashedBytes,
  hashedWeights,
  type TensorSummary,
} from '@bit-repro/model/testing';
import type { compiledNetwork } from '../src/compiledNetwork.ts';
import type { MicroBatch, NetworkOptions, TrainableNetwork, UpdateRates } from '../src/network.ts';
import { tf } from './engine.ts';

/** Steps of PyTorch in float64, made by tools/reference/make_training_fixtures.py. */
export interface PytorchSteps {
  seed: number;
  architecture: string;
  classes: number;
  size: number;
  batch: number;
  momentum: number;
  learningRates: number[];
  losses: number[];
  /** How far each parameter has moved at the end. */
  moves: TensorSummary[];
}

export type Create = typeof compiledNetwork;
export type TakeStep = (network: TrainableNetwork, batch: MicroBatch, rates: UpdateRates) => number;

/** The largest differences from PyTorch, as multiples of the tolerance. */
export function excess(
  { seed, momentum, learningRates, losses: expected, moves: expectedMoves, ...fixture }: PytorchSteps,
  {
    create,
    ...options
  }: { create: Create } & Partial<Omit<NetworkOptions, 'architecture' | 'weights' | 'imageSize'>>,
  batchOf: (step: number) => MicroBatch,
  takeStep: TakeStep,
): { losses: number; moves: number } {
  const architecture = architectureNamed(fixture.architecture);
  const weights: Weights = hashedWeights(architecture, fixture.classes, seed, 'decided');
  const network = create(tf, {
    architecture,
    classes: fixture.classes,
    weights,
    precision: 'float32',
    imageSize: { train: square(fixture.size), test: square(fixture.size) },
    resize: fixture.size,
    crop: fixture.size,
    ...options,
  });
  try {
    const losses = learningRates.map((learningRate, step) => {
      const loss = takeStep(network, batchOf(step), { learningRate, momentum });
      return Math.abs(loss / expected[step]! - 1) / 1e-5;
    });
    const after = network.state().parameters;
    const moves = expectedMoves.map((summary) => {
      const before = weights.get(summary.name)!.data;
      const move = after.get(summary.name)!.data.map((value, index) => value - before[index]!);
      const norm = Math.sqrt(before.reduce((sum, value) => sum + value ** 2, 0));
      // Each step rounds the weights to float32, which is visible in a parameter that hardly moves.
      const tolerated = 1e-3 * summary.norm + learningRates.length * 2 ** -24 * norm;
      return differenceFromSummary(move, summary, seed) / tolerated;
    });
    return { losses: Math.max(...losses), moves: Math.max(...moves) };
  } finally {
    network.dispose();
  }
}

/** The fixture's images of a step, unchanged. */
export function imagesOf({ seed, classes, size, batch, learningRates }: PytorchSteps): TakeImages {
  const bytes = size * size * 3;
  const images = hashedBytes('images/training', learningRates.length * batch * bytes, seed);
  return (step) => ({
    images: images.subarray(step * batch * bytes, (step + 1) * batch * bytes),
    labels: Int32Array.from({ length: batch }, (_, index) => (step * batch + index) % classes),
    cropsAndFlips: uncropped(batch),
  });
}
type TakeImages = (step: number) => MicroBatch;

const square = (side: number) => ({ height: side, width: side });

export const uncropped = (count: number): MicroBatch['cropsAndFlips'] => ({
  top: new Int32Array(count),
  left: new Int32Array(count),
  flip: new Int32Array(count),
});

export const inOneStep: TakeStep = (network, batch, rates) => network.step(batch, rates);

/** Cuts the batch into equal parts. */
export const inParts =
  (cut: (batch: MicroBatch) => Iterable<MicroBatch>, parts: number): TakeStep =>
  (network, batch, rates) => {
    let loss = 0;
    for (const part of cut(batch)) loss += network.accumulate(part, 1 / parts);
    network.update(rates);
    return loss;
  };

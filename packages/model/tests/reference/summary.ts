import { createHash } from 'node:crypto';
import type { Weights } from '../../src/index.ts';
import { productWithSigns } from './hashed.ts';

/** A tensor summarised in 13 numbers. */
export interface TensorSummary {
  name: string;
  norm: number;
  /** Products with four tensors of random signs. */
  products: readonly number[];
  /** Eight elements, from the first to the last. */
  elements: readonly number[];
}

/**
 * Estimates the norm of the difference between `values` and the summarised tensor: the product of a
 * difference with random signs is as large as its norm, on average.
 */
export function differenceFromSummary(values: Float32Array, summary: TensorSummary, seed: number): number {
  const last = values.length - 1;
  const differences = [
    norm(values) - summary.norm,
    ...summary.products.map(
      (product, k) => productWithSigns(values, `${summary.name}/signs/${k}`, seed) - product,
    ),
    ...summary.elements.map((element, k) => values[Math.floor((k * last) / 7)]! - element),
  ];
  return Math.max(...differences.map(Math.abs));
}

/** The norm of the difference of two tensors, relative to the norm of the second. */
export function relativeDifference(values: Float32Array, expected: readonly number[]): number {
  return norm(values.map((value, index) => value - expected[index]!)) / norm(expected);
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
}

/** SHA-256 of the name and values of each tensor, in the order of the names. */
export function weightsDigest(weights: Weights): string {
  const hash = createHash('sha256');
  for (const name of [...weights.keys()].sort()) {
    const { data } = weights.get(name)!;
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

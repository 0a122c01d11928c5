import { finalNorm, parameterShapes, sizeOf } from '../../src/parameters.ts';
import type { Architecture, Weights } from '../../src/index.ts';

/*
 * Numbers by formula, so that fixtures need not hold the weights they were made with. Element `i` of a tensor is a hash of
 * its name and `i`. The same formula in Python, with its definition: tools/reference/bit_reference.py.
 */

/** Calls `take` with each of `count` 32-bit hashes. */
function forEachHash(
  name: string,
  count: number,
  seed: number,
  take: (hash: number, index: number) => void,
): void {
  let key = 0x811c9dc5;
  for (const byte of Buffer.from(`${seed}/${name}`)) key = Math.imul(key ^ byte, 0x01000193);
  for (let index = 0; index < count; index += 1) {
    let hash = (Math.imul(index, 0x9e3779b9) + key) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
    take(hash ^ (hash >>> 15), index);
  }
}

/** Numbers in [-1, 1), exact in float32. */
export function hashedUniform(name: string, count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  forEachHash(name, count, seed, (hash, index) => {
    values[index] = (hash >>> 8) * 2 ** -23 - 1;
  });
  return values;
}

/** The sum of `values`, each with a random sign. */
export function productWithSigns(values: Float32Array, name: string, seed: number): number {
  let sum = 0;
  forEachHash(name, values.length, seed, (hash, index) => {
    sum += hash & 1 ? -values[index]! : values[index]!;
  });
  return sum;
}

/** Where values are before the relus: around zero as in a real network, or away from it. */
export type Relus = 'mixed' | 'decided';

/**
 * Stand-in weights: He-uniform kernels, gamma near 1, and beta near 0, or away from it so that relus are
 * decided.
 */
export function hashedWeights(
  architecture: Architecture,
  classes: number,
  seed: number,
  relus: Relus,
): Weights {
  return new Map(
    parameterShapes(architecture, classes).map(({ name, shape }) => {
      const data = hashedUniform(name, sizeOf(shape), seed);
      if (name.endsWith('/kernel')) {
        const scale = Math.fround(Math.sqrt(6 / sizeOf(shape.slice(0, 3))));
        for (let index = 0; index < data.length; index += 1) data[index]! *= scale;
        return [name, { shape, data }];
      }
      const rescale = name.endsWith('/gamma')
        ? (u: number) => 1 + u / 4
        : name.endsWith('/beta') && relus === 'decided' && name !== `${finalNorm}/beta`
          ? (u: number) => (u < -0.75 ? -1 : 1) * (4 + u / 2)
          : (u: number) => u / 4;
      return [name, { shape, data: data.map(rescale) }];
    }),
  );
}

/** Random bytes. */
export function hashedBytes(name: string, count: number, seed: number): Uint8Array {
  const values = new Uint8Array(count);
  forEachHash(name, count, seed, (hash, index) => {
    values[index] = hash >>> 24;
  });
  return values;
}

/** Images [count, size, size, 3] in [-1, 1): half blocks of 8 x 8 pixels, half noise. */
export function hashedImages(name: string, count: number, size: number, seed: number): Float32Array {
  const coarse = size / 8;
  const blocks = hashedUniform(`${name}/blocks`, count * coarse * coarse * 3, seed);
  return hashedUniform(`${name}/noise`, count * size * size * 3, seed).map((noise, index) => {
    const channel = index % 3;
    const x = Math.floor(index / 3) % size;
    const y = Math.floor(index / 3 / size) % size;
    const image = Math.floor(index / 3 / size / size);
    const block = ((image * coarse + (y >> 3)) * coarse + (x >> 3)) * 3 + channel;
    return (blocks[block]! + noise) / 2;
  });
}

import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNpz, writeNpz, type Weights } from '../src/index.ts';
import { describeWeights } from '../src/weightsFile/read.ts';
import { newFolder } from './npzFiles.ts';

const newFile = (): string => join(newFolder(), 'weights.npz');
const weightsOf = (shape: number[], data: Iterable<number>, name = 'resnet/a'): Weights =>
  new Map([[name, { shape, data: Float32Array.from(data) }]]);
const shapesOf = (weights: Weights): { name: string; shape: readonly number[] }[] =>
  [...weights].map(([name, { shape }]) => ({ name, shape }));

const anyWeights: fc.Arbitrary<Weights> = fc
  .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\/[a-z0-9]{1,8}){0,3}$/u), { maxLength: 5 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }).chain((shape) => {
          const length = shape.reduce((product, size) => product * size, 1);
          return fc
            .float32Array({ minLength: length, maxLength: length, noNaN: true, noDefaultInfinity: true })
            .map((data) => [name, { shape, data }] as const);
        }),
      ),
    ),
  )
  .map((entries) => new Map(entries));

describe('a written file', () => {
  it('is read as it was written, for any names, shapes and numbers', async () => {
    await fc.assert(
      fc.asyncProperty(anyWeights, async (weights) => {
        const file = newFile();
        await writeNpz(file, weights);
        expect(await readNpz(file, { expect: shapesOf(weights) })).toEqual(weights);
      }),
      { numRuns: 50 },
    );
  });

  it('in float16 is read as it was written, rounded to the nearest', async () => {
    const weights = weightsOf([5], [1 / 3, -0.1, 1e-8, 65_504, 65_519]);
    const file = newFile();
    await writeNpz(file, weights, { type: 'float16' });
    const read = await readNpz(file, { expect: shapesOf(weights) });
    expect([...read.get('resnet/a')!.data]).toEqual([0.333251953125, -0.0999755859375, 0, 65_504, 65_504]);
    expect((await describeWeights(file)).tensors).toEqual([
      { name: 'resnet/a', shape: [5], type: 'float16' },
    ]);
  });

  it('larger than one block is read as it was written', async () => {
    const weights = weightsOf(
      [600_001],
      Float32Array.from({ length: 600_001 }, (_, index) => index),
    );
    const file = newFile();
    await writeNpz(file, weights);
    expect(await readNpz(file, { expect: shapesOf(weights) })).toEqual(weights);
  });

  it('of a view into a larger buffer contains only the view', async () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = newFile();
    await writeNpz(file, new Map([['a', { shape: [2], data }]]));
    const read = await readNpz(file, { expect: [{ name: 'a', shape: [2] }] });
    expect([...read.get('a')!.data]).toEqual([1, 2]);
  });

  it("contains each array byte for byte as written by NumPy's savez", async () => {
    const fixture = fileURLToPath(new URL('fixtures/savez.npz', import.meta.url));
    const weights = await readNpz(fixture, { expect: (await describeWeights(fixture)).tensors });
    const file = newFile();
    await writeNpz(file, weights);
    const arrays = (path: string): string[] => {
      const bytes = readFileSync(path);
      const starts: string[] = [];
      let start = bytes.indexOf('\x93NUMPY', 0, 'latin1');
      for (const { data } of weights.values()) {
        starts.push(bytes.toString('hex', start, start + 128 + data.byteLength));
        start = bytes.indexOf('\x93NUMPY', start + 1, 'latin1');
      }
      return starts;
    };
    expect(weights.size).toBe(2);
    expect(arrays(file)).toEqual(arrays(fixture));
  });

  it('has the same bytes for the same weights', async () => {
    const [first, second] = [newFile(), newFile()];
    for (const file of [first, second]) await writeNpz(file, weightsOf([2], [1, 2]));
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
  });

  it('is alone in its folder, which is created', async () => {
    const file = join(newFolder(), 'deep', 'weights.npz');
    await writeNpz(file, weightsOf([1], [1]));
    expect(readdirSync(dirname(file))).toEqual(['weights.npz']);
  });

  it('is not written through a link that waits at its temporary path', async () => {
    const file = newFile();
    const other = join(dirname(file), 'other');
    writeFileSync(other, 'mine');
    symlinkSync(other, `${file}.partial`);
    await writeNpz(file, weightsOf([1], [1]));
    expect(readFileSync(other, 'utf8')).toBe('mine');
  });

  it('needs no lock and ignores one, since several processes may write it at once', async () => {
    const file = newFile();
    mkdirSync(`${file}.lock`, { recursive: true });
    await Promise.all([1, 2, 3].map(() => writeNpz(file, weightsOf([1], [1]))));
    expect(readdirSync(dirname(file))).toEqual(['weights.npz', 'weights.npz.lock']);
  });
});

describe('weights that cannot be written leave the old file', () => {
  it.each<[string, Weights, 'float16' | 'float32', RegExp]>([
    ['NaN', weightsOf([2], [1, NaN]), 'float32', /finite numbers in tensor resnet\/a.*found NaN at \[1\]/u],
    ['infinity', weightsOf([1], [Infinity]), 'float32', /found Infinity/u],
    ['a number beyond float16', weightsOf([1], [65_520]), 'float16', /that float16 can hold/u],
    ['too few elements', weightsOf([3], [1, 2]), 'float32', /3 elements in tensor resnet\/a.*found 2/u],
  ])('%s', async (_, weights, type, message) => {
    const file = newFile();
    await writeNpz(file, weightsOf([1], [7]));
    const before = readFileSync(file);
    await expect(writeNpz(file, weights, { type })).rejects.toThrow(message);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file))).toEqual(['weights.npz']);
  });

  it('a folder in the way', async () => {
    const file = newFile();
    mkdirSync(join(file, 'inside'), { recursive: true });
    await expect(writeNpz(file, weightsOf([1], [1]))).rejects.toThrow();
    expect(readdirSync(dirname(file))).toEqual(['weights.npz']);
  });
});

import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { architectureNamed, readNpz, readWeights } from '../src/index.ts';
import { describeWeights } from '../src/weightsFile/read.ts';
import { headBias, headKernel, parameterShapes } from '../src/parameters.ts';
import { fileOf, floats, newFolder, npz, zip } from './npzFiles.ts';
import { tinyArchitecture, tinyFile } from './tinyModel.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
/** Written by tools/reference/make_npz_fixtures.py with NumPy. */
const { tensors } = JSON.parse(readFileSync(fixture('npz.json'), 'utf8')) as {
  tensors: Record<string, { shape: number[]; values: number[] }>;
};
const everyTensor = Object.entries(tensors).map(([name, { shape }]) => ({ name, shape }));

describe.each(['stored', 'deflated'])('a %s file from NumPy', (packing) => {
  const file = fixture(`${packing}.npz`);

  it('is read to the same numbers, bit for bit, in every layout', async () => {
    const weights = await readNpz(file, { expect: everyTensor });
    for (const [name, { shape, values }] of Object.entries(tensors)) {
      expect(weights.get(name)?.shape, name).toEqual(shape);
      const bits = (numbers: ArrayLike<number>): number[] => [
        ...new Uint32Array(Float32Array.from(numbers).buffer),
      ];
      expect(bits(weights.get(name)!.data), name).toEqual(bits(values));
    }
  });

  it('is listed with the shape and type of every tensor', async () => {
    const { tensors: listed } = await describeWeights(file);
    expect(listed.map(({ name, shape }) => ({ name, shape }))).toEqual(everyTensor);
    expect(new Set(listed.map(({ type }) => type))).toEqual(new Set(['float16', 'float32', 'float64']));
  });
});

it.each([false, true])('a zip64 file is read, deflated: %s', async (deflate) => {
  const bytes = await zip([{ name: 'a.npy', bytes: floats([2], [1, 2]), deflate }], { zip64: true });
  const weights = await readNpz(fileOf(bytes), { expect: [{ name: 'a', shape: [2] }] });
  expect([...weights.get('a')!.data]).toEqual([1, 2]);
});

it('an unreadable file is not reported as damaged', async () => {
  const file = join(newFolder(), 'loop.npz');
  symlinkSync(file, file);
  await expect(readNpz(file, { expect: [] })).rejects.toMatchObject({
    name: 'OutsideError',
    message: `Could not read ${file} (ELOOP)`,
  });
});

describe('a file with a head', () => {
  it('is read without the skipped tensors', async () => {
    const broken = { name: 'broken.npy', bytes: Buffer.from('no array at all') };
    const file = await npz([{ name: 'a.npy', bytes: floats([2], [1, 2]) }, broken]);
    const weights = await readNpz(file, {
      expect: [
        { name: 'a', shape: [2] },
        { name: 'broken', shape: [9] },
      ],
      skip: (name) => name === 'broken',
    });
    expect([...weights.keys()]).toEqual(['a']);
  });

  it('gives the head that it contains, with any number of classes', async () => {
    const { weights, classes } = await readWeights(await tinyFile({ classes: 7 }), tinyArchitecture, {
      head: 'stored',
    });
    expect(classes).toBe(7);
    expect(weights.get(headBias)?.shape).toEqual([7]);
    expect([...weights.keys()]).toEqual(parameterShapes(tinyArchitecture, 7).map(({ name }) => name));
  });

  it('gives no head if none is requested', async () => {
    const { weights } = await readWeights(await tinyFile({ classes: 7 }), tinyArchitecture, { head: 'none' });
    expect([weights.has(headKernel), weights.has(headBias)]).toEqual([false, false]);
  });

  it('is refused for another architecture, with the one that it fits', async () => {
    const file = await tinyFile({ classes: 7 });
    await expect(readWeights(file, architectureNamed('mini'), { head: 'none' })).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/instead of/u) as string,
      remedy: 'The file fits no architecture of BiT: use another file.',
    });
  });
});

import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '@bit-repro/artifacts';
import { writeSafetensors } from '../src/safetensors/write.ts';
import { bitsOf, failure, fileOf, fixture, readAll, small } from './weightsFiles.ts';
import { newFolder } from './npzFiles.ts';

const { tensors } = fixture.small;

/** A safetensors file with any header. */
function withHeader(header: unknown, data: Buffer = Buffer.alloc(8), length?: number): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length ?? text.length));
  return Buffer.concat([prefix, text, data]);
}
const entry = (dtype: string, shape: unknown, ...offsets: unknown[]): object => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe('a file by the safetensors library', () => {
  it('is read to the same numbers, bit for bit, in every type', async () => {
    const read = await readAll(fileOf(small('safetensors')));
    expect(new Set(read.keys())).toEqual(new Set(Object.keys(tensors)));
    for (const [name, { shape, values }] of Object.entries(tensors)) {
      expect(read.get(name)!.shape, name).toEqual(shape);
      expect(bitsOf(read.get(name)!.data), name).toEqual(bitsOf(values));
    }
  });
});

describe('a safetensors file', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'overlaps another',
      { a: entry('F32', [1], 0, 4), b: entry('F16', [3], 2, 8) },
      /tensor b to start at byte 4.*found 2: it overlaps/u,
    ],
    [
      'has the bytes of another',
      { a: entry('F32', [2], 0, 8), b: entry('F32', [2], 0, 8) },
      /tensor b to start at byte 8.*overlaps/u,
    ],
    [
      'leaves a gap',
      { a: entry('F32', [1], 0, 4), b: entry('F16', [1], 6, 8) },
      /tensor b to start at byte 4.*found 6: it leaves a gap/u,
    ],
    [
      'ends behind the file',
      { a: entry('F32', [4], 0, 16) },
      /tensor a to end within the 8 bytes of elements.*found byte 16/u,
    ],
    ['leaves bytes at the end', { a: entry('F32', [1], 0, 4) }, /4 bytes of elements .*found 8/u],
    [
      'has a shape of other bytes',
      { a: entry('F32', [3], 0, 8) },
      /12 bytes for float32 of shape \[3\] in tensor a .*found 8/u,
    ],
    [
      'has a shape of exabytes',
      { a: entry('F32', [1e6, 1e6, 1e6], 0, 8) },
      /4000000000000000000 bytes for float32/u,
    ],
    ['has offsets in the wrong order', { a: entry('F32', [2], 8, 0) }, /8 bytes for float32.*found -8/u],
    ['has a negative size', { a: entry('F32', [-2], 0, 8) }, /of tensor a in.*found shape\.0/u],
    ['has a fractional size', { a: entry('F32', [0.5], 0, 8) }, /of tensor a in.*found shape\.0/u],
    ['has a size beyond 2^53', { a: entry('F32', [2 ** 60], 0, 8) }, /of tensor a in.*found shape\.0/u],
    ['has a negative offset', { a: entry('F32', [2], -8, 0) }, /of tensor a in.*data_offsets\.0/u],
    ['has no offsets', { a: { dtype: 'F32', shape: [2] } }, /of tensor a in.*data_offsets/u],
    ['has more keys', { a: { ...entry('F32', [2], 0, 8), more: 1 } }, /of tensor a in/u],
    ['is no object', { a: [1] }, /of tensor a in/u],
    ['has another type', { a: entry('I64', [1], 0, 8) }, /F64, F32, F16, BF16 in tensor a .*found I64/u],
    ['has a name of control characters', { '\x1b[2J': 1 }, /tensor \\u001b\[2J/u],
  ])('is refused if a tensor %s', async (_, header, message) => {
    expect((await failure(fileOf(withHeader(header)))).message).toMatch(message);
  });

  it.each<[string, Buffer, RegExp]>([
    ['is no JSON', withHeader('{"a": '), /a header of JSON/u],
    ['is followed by text', withHeader('{}x'), /a header of JSON/u],
    [
      'is longer than the file',
      withHeader('{}', undefined, 1_000),
      /a header of at most 10 bytes .*one of 1000/u,
    ],
    [
      'claims a gigabyte',
      withHeader('{}', Buffer.alloc(1 << 25), 1 << 30),
      /a header of at most 16777216 bytes/u,
    ],
  ])('is refused if its header %s', async (_, bytes, message) => {
    expect((await failure(fileOf(bytes))).message).toMatch(message);
  });

  it.each(['__proto__', 'constructor', ''])('is read with a tensor named %j', async (name) => {
    const text = `{"${name}": ${JSON.stringify(entry('F32', [2], 0, 8))}}`;
    const read = await readAll(fileOf(withHeader(text)));
    expect(read).toEqual(new Map([[name, { shape: [2], data: new Float32Array(2) }]]));
  });

  it('is read with metadata, and without tensors', async () => {
    const header = { __metadata__: { format: 'pt' } };
    expect(await readAll(fileOf(withHeader(header, Buffer.alloc(0))))).toEqual(new Map());
  });

  it('is read with empty tensors before and after others, in any order', async () => {
    const header = { b: entry('F32', [2], 0, 8), a: entry('F32', [0], 0, 0), c: entry('F32', [0, 3], 8, 8) };
    expect((await readAll(fileOf(withHeader(header)))).size).toBe(3);
  });

  it('is refused wherever it is truncated', async () => {
    const whole = small('safetensors');
    for (let length = 0; length < whole.length; length += 11)
      await failure(fileOf(whole.subarray(0, length)));
  });

  it('with a changed byte is refused, or is a different file of tensors', async () => {
    const whole = small('safetensors');
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const changed = Buffer.from(whole);
        changed[at]! ^= mask;
        const result = await readAll(fileOf(changed)).catch((error: unknown) => error);
        expect(result instanceof Map || result instanceof InputError).toBe(true);
      }),
    );
  });
});

describe('a written safetensors file', () => {
  it('is read as it was written, whatever its tensors', async () => {
    const shape = fc.array(fc.nat(3), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ minLength: 1 }), shape, { noNullPrototype: true }),
        async (shapes) => {
          delete shapes.__metadata__;
          const weights = new Map(
            Object.entries(shapes).map(([name, sizes]) => {
              const count = sizes.reduce((product, size) => product * size, 1);
              return [
                name,
                { shape: sizes, data: Float32Array.from({ length: count }, (_, index) => index / 3) },
              ];
            }),
          );
          const file = join(newFolder(), 'w');
          await writeSafetensors(file, weights);
          expect(await readAll(file)).toEqual(weights);
        },
      ),
      { numRuns: 40 },
    );
  });
});

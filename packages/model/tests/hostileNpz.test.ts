import { mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import { describe, expect, it } from 'vitest';
import { readNpz, type ParameterShape } from '../src/index.ts';
import { directoryEntry, fileOf, floats, newFolder, npy, npz, zip, type RawMember } from './npzFiles.ts';

const wanted: ParameterShape[] = [{ name: 'resnet/a', shape: [2, 2] }];
const array = floats([2, 2], [1, 2, 3, 4]);
const sound: RawMember = { name: 'resnet/a.npy', bytes: array };

/** The error of reading, which must be an InputError with a remedy. */
async function failure(file: string, tensors = wanted): Promise<string> {
  const error: unknown = await readNpz(file, { expect: tensors }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toContain(file);
  expect((error as InputError).remedy).toMatch(/\.$/u);
  return (error as InputError).message;
}

/** A valid file with changed fields of a directory entry: [offset, bytes, value]. */
async function patched(
  fields: readonly (readonly [number, 2 | 4, number])[],
  members: readonly RawMember[] = [sound],
): Promise<string> {
  const whole = await zip(members);
  const entry = directoryEntry(whole, 0);
  for (const [offset, size, value] of fields) whole.writeUIntLE(value, entry + offset, size);
  return fileOf(whole);
}

it('a valid file is read', async () => {
  const weights = await readNpz(await npz([sound]), { expect: wanted });
  expect(weights.get('resnet/a')).toEqual({ shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) });
});

describe('a file that is not an npz file is refused', () => {
  it('if it does not exist', async () => {
    expect(await failure(join(newFolder(), 'none.npz'))).toContain('does not exist');
  });

  it('if it is a folder', async () => {
    const folder = join(newFolder(), 'folder.npz');
    mkdirSync(folder);
    expect(await failure(folder)).toContain('cannot be read as a file of weights');
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['a web page', Buffer.from('<html>Sign in</html>'.repeat(10))],
    ['a bare npy file', array],
  ])('if it is %s', async (_, bytes) => {
    expect(await failure(fileOf(bytes))).toContain('Either not a zip file, or file is truncated');
  });

  it('if a member is not an npy file', async () => {
    const file = await npz([sound, { name: 'archive/data.pkl', bytes: Buffer.from('\x80\x02', 'latin1') }]);
    expect(await failure(file)).toContain('an npy array in tensor archive/data.pkl');
  });
});

describe('unexpected tensors are named', () => {
  it.each<[string, RawMember[], string]>([
    ['missing', [], 'no tensor resnet/a of shape [2, 2]'],
    ['unexpected', [sound, { ...sound, name: 'b.npy' }], 'an unexpected tensor b of shape [2, 2]'],
    [
      'misshapen',
      [{ ...sound, bytes: floats([4], [1, 2, 3, 4]) }],
      'tensor resnet/a of shape [4] instead of [2, 2]',
    ],
    [
      'transposed',
      [{ ...sound, bytes: floats([4, 1], [1, 2, 3, 4]) }],
      'tensor resnet/a of shape [4, 1] instead of [2, 2]',
    ],
  ])('%s', async (_, members, message) => {
    expect(await failure(await npz(members))).toContain(message);
  });

  it('but only the first few, with the number of the others', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ name: `t${index}`, shape: [1] }));
    const message = await failure(await npz([sound]), many);
    expect(message).toContain('; and 95 more');
    expect(message.length).toBeLessThan(1_000);
  });

  it('without the control characters of a hostile name', async () => {
    const message = await failure(await npz([sound, { ...sound, name: '\x1b[2Jgone.npy' }]));
    expect(message).toContain('\\u001b[2Jgone');
    expect(message).not.toContain('\x1b');
  });
});

describe('numbers that are not finite are refused', () => {
  it.each([
    [NaN, 'NaN at [1, 0]'],
    [Infinity, 'Infinity at [1, 0]'],
    [-Infinity, '-Infinity at [1, 0]'],
  ])('%d', async (value, found) => {
    const file = await npz([{ ...sound, bytes: floats([2, 2], [1, 2, value, 4]) }]);
    expect(await failure(file)).toContain(`finite numbers in tensor resnet/a of ${file}, found ${found}`);
  });

  it('a float64 too large for float32', async () => {
    const bytes = npy(
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}",
      Buffer.from(Float64Array.of(1, 1e300, 3, 4).buffer),
    );
    expect(await failure(await npz([{ ...sound, bytes }]))).toContain('Infinity at [0, 1]');
  });
});

describe('false sizes are detected before memory is allocated', () => {
  it.each([
    ['more', floats([2, 2], [1, 2, 3, 4, 5])],
    ['fewer', floats([2, 2], [1, 2, 3])],
  ])('an array with %s elements than its shape', async (_, bytes) => {
    expect(await failure(await npz([{ ...sound, bytes }]))).toMatch(
      /Expected \d+ bytes for float32 of shape \[2, 2\] in tensor resnet\/a/u,
    );
  });

  it('a shape of exabytes', async () => {
    const shape = '(1000000, 1000000, 1000000)';
    const bytes = npy(`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}}`, Buffer.alloc(16));
    expect(await failure(await npz([{ ...sound, bytes }]))).toContain('shape [1000000, 1000000, 1000000]');
  });

  it('a stored member with two different sizes', async () => {
    expect(await failure(await patched([[24, 4, 1_000_000]]))).toContain('size mismatch');
  });

  it('a stored member that exceeds the end of the file', async () => {
    const file = await patched([
      [20, 4, 1_000_000],
      [24, 4, 1_000_000],
    ]);
    expect(await failure(file)).toContain('overflows file bounds');
  });

  it.each([
    ['fewer', 64, 'too many bytes'],
    ['more', 1_000_000, 'not enough bytes'],
  ])('a deflated member that announces %s bytes than it contains', async (_, size, found) => {
    const big = { ...sound, bytes: floats([2, 2], [1, 2, 3, 4]), deflate: true };
    expect(await failure(await patched([[24, 4, size]], [big]))).toContain(found);
  });

  it('a bomb: a small member that unpacks to far more than its shape', async () => {
    const bomb = Buffer.concat([array, Buffer.alloc(64 << 20)]);
    const before = process.memoryUsage().rss;
    expect(await failure(await npz([{ ...sound, bytes: bomb, deflate: true }]))).toContain(
      `found ${bomb.length} bytes`,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(256 << 20);
  });

  it('a bomb with a false size', async () => {
    const bomb = Buffer.concat([array, Buffer.alloc(64 << 20)]);
    const file = await patched([[24, 4, array.length]], [{ ...sound, bytes: bomb, deflate: true }]);
    expect(await failure(file)).toContain('too many bytes');
  });
});

describe('damage is detected', () => {
  it('a file truncated anywhere', async () => {
    const whole = await zip([sound]);
    for (let length = 0; length < whole.length; length += 7) {
      const file = fileOf(whole);
      truncateSync(file, length);
      await failure(file);
    }
  });

  it('one flipped bit of a stored member', async () => {
    const whole = await zip([sound]);
    const data = whole.indexOf(array) + array.length - 1;
    whole[data]! ^= 1;
    expect(await failure(fileOf(whole))).toMatch(/bytes with CRC-32 [0-9a-f]{8} in tensor resnet\/a/u);
  });

  it('changed bytes of a deflated member', async () => {
    const whole = await zip([{ ...sound, deflate: true }]);
    whole.fill(0xff, 60, 80);
    await failure(fileOf(whole));
  });

  it('any changed byte gives the weights or an InputError, never another failure', async () => {
    const whole = await zip([sound, { ...sound, name: 'b.npy', deflate: true }]);
    const tensors = [...wanted, { name: 'b', shape: [2, 2] }];
    for (let index = 0; index < whole.length; index++) {
      const changed = Buffer.from(whole);
      changed[index]! ^= 0xff;
      const result = await readNpz(fileOf(changed), { expect: tensors }).catch((error: unknown) => error);
      if (result instanceof Error) expect(result, `byte ${index}`).toBeInstanceOf(InputError);
      else
        expect((result as ReadonlyMap<string, { data: Float32Array }>).get('b')?.data).toEqual(
          new Float32Array([1, 2, 3, 4]),
        );
    }
  });
});

describe('tricks of zip files are refused', () => {
  it.each(['../../etc/a.npy', '/etc/a.npy', 'C:/a.npy', 'resnet\\..\\a.npy'])('the path %s', async (name) => {
    expect(await failure(await npz([{ ...sound, name }]))).toMatch(/invalid|absolute/u);
  });

  it('a duplicate name', async () => {
    expect(await failure(await npz([sound, sound]))).toContain('has several members named resnet/a.npy');
  });

  it('a name used for an array and a file', async () => {
    expect(await failure(await npz([sound, { ...sound, name: 'resnet/a' }]))).toContain(
      'an npy array in tensor resnet/a',
    );
  });

  it('an encrypted member', async () => {
    const file = await patched([
      [8, 2, 1],
      [24, 4, array.length - 12],
    ]);
    expect(await failure(file)).toContain('found it encrypted');
  });

  it('a strongly encrypted member', async () => {
    expect(await failure(await patched([[8, 2, 0x41]]))).toContain('strong encryption is not supported');
  });

  it('an unknown compression', async () => {
    expect(await failure(await patched([[10, 2, 12]]))).toContain('found it compressed by method 12');
  });

  it('far too many members', async () => {
    const whole = await zip([sound]);
    const end = whole.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    whole.writeUInt16LE(60_000, end + 10);
    expect(await failure(fileOf(whole))).toContain('at most 10000 members');
  });

  it.each([1_000_000, 2 ** 53 + 2 ** 20])('a directory at byte %d, behind the end', async (position) => {
    const whole = await zip([sound], { zip64: true });
    const locator = whole.lastIndexOf('PK\x06\x07', undefined, 'latin1');
    whole.writeBigUInt64LE(BigInt(position), locator + 8);
    expect(await failure(fileOf(whole))).toMatch(/refers to byte \d+, behind its end at \d+/u);
  });

  it('pickled objects', async () => {
    const bytes = npy("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2)}", Buffer.alloc(16));
    expect(await failure(await npz([{ ...sound, bytes }]))).toContain('pickled Python objects');
  });
});

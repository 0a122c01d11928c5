import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { InputError } from '@bit-repro/artifacts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { decodeIntegers, encodeIntegers } from '../src/index.ts';
import { npy } from './npzFiles.ts';

const fixture = readFileSync(new URL('fixtures/integers.npz', import.meta.url));
const names = ['labels', 'predicted', 'nothing'] as const;

const uint16 = (count: number | string, data: Buffer): Buffer =>
  npy(`{'descr': '<u2', 'fortran_order': False, 'shape': (${count},), }`.padEnd(117), data);

async function zipped(members: Record<string, Buffer>, compress = false): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(members)) zip.addBuffer(bytes, name, { compress });
  zip.end();
  return buffer(zip.outputStream);
}

describe('a file of integers', () => {
  it('is read as NumPy wrote it', async () => {
    expect(await decodeIntegers(fixture, names)).toEqual({
      labels: Uint16Array.of(0, 1, 255, 256, 65_535),
      predicted: Uint16Array.of(7),
      nothing: new Uint16Array(),
    });
  });

  it('contains each array byte for byte as NumPy writes it', async () => {
    const arraysIn = (bytes: Buffer): string[] => {
      const [, ...starts] = bytes.toString('latin1').split('\x93NUMPY');
      return starts.map((start, index) => start.slice(0, 122 + 2 * [5, 1, 0][index]!));
    };
    expect(arraysIn(await encodeIntegers(await decodeIntegers(fixture, names)))).toEqual(arraysIn(fixture));
  });

  it('is read as it was written, whatever the integers', async () => {
    const list = fc.uint16Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(list, list, async (labels, predicted) => {
        const bytes = await encodeIntegers({ labels, predicted });
        expect(bytes.equals(await encodeIntegers({ labels, predicted }))).toBe(true);
        expect(await decodeIntegers(bytes, ['labels', 'predicted'])).toEqual({ labels, predicted });
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, () => Buffer | Promise<Buffer>, RegExp]>([
    ['is no zip file', () => Buffer.from('no zip file, and longer than its end would be'), /an npz file/],
    ['is cut short', () => fixture.subarray(0, fixture.length - 7), /an npz file/],
    ['lacks an array', () => encodeIntegers({}), /the arrays a, found $/],
    ['has another array', () => encodeIntegers({ a: new Uint16Array(), b: new Uint16Array() }), /found a, b/],
    [
      'is compressed',
      () => zipped({ 'a.npy': uint16(1, Buffer.alloc(2)) }, true),
      /a stored, found it compressed/,
    ],
    [
      'has one longer than it says',
      () => zipped({ 'a.npy': uint16(1, Buffer.alloc(4)) }),
      /a list of little-endian/,
    ],
    ['has a table', () => zipped({ 'a.npy': uint16('2, 1', Buffer.alloc(4)) }), /a list of little-endian/],
    ['has half an integer', () => zipped({ 'a.npy': uint16(1, Buffer.alloc(3)) }), /a list of little-endian/],
    ['has no header', () => zipped({ 'a.npy': Buffer.alloc(9) }), /a list of little-endian/],
    ['leads out of a folder', () => zipped({}).then((zip) => named(zip, '../a.npy')), /an npz file/],
  ])('is refused that %s', async (_, make, message) => {
    const refusal = await decodeIntegers(await make(), ['a']).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InputError);
    expect((refusal as InputError).message).toMatch(message);
  });
});

/** A zip file of one empty member; libraries that write refuse the name. */
function named(empty: Buffer, name: string): Buffer {
  const local = Buffer.alloc(30 + name.length);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  local.write(name, 30);
  const central = Buffer.alloc(46 + name.length);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(name.length, 28);
  central.write(name, 46);
  const end = Buffer.from(empty.subarray(-22));
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

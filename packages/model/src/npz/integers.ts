import { buffer } from 'node:stream/consumers';
import { InputError, zipOf } from '@bit-repro/artifacts';
import { ZipFile } from 'yazl';
import { printable } from '../stored/printable.ts';
import { formatNpyHeader } from './npyHeader.ts';
import { stored } from './write.ts';

/**
 * An npz file of lists of 16-bit integers by name, as numpy.savez writes it on a little-endian machine. The same lists give
 * the same bytes on every machine.
 */
export async function encodeIntegers(arrays: Readonly<Record<string, Uint16Array>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, values] of Object.entries(arrays)) {
    const data = Buffer.alloc(2 * values.length);
    values.forEach((value, index) => data.writeUInt16LE(value, 2 * index));
    zip.addBuffer(Buffer.concat([headerOf(values.length), data]), `${name}.npy`, stored);
  }
  zip.end();
  return buffer(zip.outputStream);
}

/**
 * The lists of a file that {@link encodeIntegers} wrote, in memory. It is read without trust.
 *
 * @throws InputError if it has other members than `names`, or one is no such list.
 */
export async function decodeIntegers<Name extends string>(
  bytes: Buffer,
  names: readonly Name[],
): Promise<Record<Name, Uint16Array>> {
  const members = await membersOf(bytes).catch((cause: unknown) => {
    if (cause instanceof InputError) throw cause;
    throw unlike('an npz file', printable((cause as Error).message), cause);
  });
  const found = [...members.keys()].join(', ');
  if (found !== names.join(', ')) throw unlike(`the arrays ${names.join(', ')}`, found);
  return Object.fromEntries([...members].map(([name, content]) => [name, listIn(name, content)])) as Record<
    Name,
    Uint16Array
  >;
}

const headerOf = (count: number): Buffer => formatNpyHeader('uint16', [count], 'LE');

async function membersOf(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await zipOf(bytes);
  const members = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) {
    const name = printable(entry.fileName.replace(/\.npy$/u, ''));
    // What is stored is no larger unpacked than the file.
    if (entry.compressionMethod !== 0 || entry.isEncrypted()) throw unlike(`${name} stored`, 'it compressed');
    if (members.has(name)) throw unlike(`one array ${name}`, 'several');
    members.set(name, await buffer(await zip.openReadStreamPromise(entry)));
  }
  return members;
}

function listIn(name: string, content: Buffer): Uint16Array {
  const { length } = headerOf(0);
  const count = (content.length - length) / 2;
  const isList = Number.isInteger(count) && count >= 0 && headerOf(count).equals(content.subarray(0, length));
  if (!isList) throw unlike(`a list of little-endian uint16 in ${name}`, `${content.length} other bytes`);
  return Uint16Array.from({ length: count }, (_, index) => content.readUInt16LE(length + 2 * index));
}

const unlike = (expected: string, found: string, cause?: unknown): InputError =>
  new InputError(`Expected ${expected}, found ${found}`, 'Make the file again with the run it is of.', {
    cause,
  });

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { ZipFile } from 'yazl';

export interface RawMember {
  name: string;
  bytes: Buffer;
  deflate?: boolean;
}

let root: string | undefined;
afterAll(() => {
  if (root !== undefined) rmSync(root, { recursive: true });
});

/** A new folder, removed after the last test of the file. */
export function newFolder(): string {
  root ??= mkdtempSync(join(tmpdir(), 'model-'));
  return mkdtempSync(join(root, 'test-'));
}

/** An npy file with any header text, valid or not. */
export function npy(description: string, data: Buffer, version: readonly [number, number] = [1, 0]): Buffer {
  const text = Buffer.from(`${description}\n`, version[0] === 3 ? 'utf8' : 'latin1');
  const length = Buffer.alloc(version[0] === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  return Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.from(version), length, text, data]);
}

/** An npy file of float32. */
export function floats(shape: readonly number[], values: readonly number[]): Buffer {
  const tuple = shape.map((size) => `${size},`).join(' ');
  return npy(
    `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`,
    Buffer.from(Float32Array.from(values).buffer),
  );
}

/** A zip file with these members. Names are not checked: they replace a placeholder of the same length. */
export async function zip(members: readonly RawMember[], { zip64 = false } = {}): Promise<Buffer> {
  const file = new ZipFile();
  members.forEach(({ name, bytes, deflate = false }, index) => {
    const placeholder = String.fromCharCode(0x61 + index).repeat(Buffer.byteLength(name));
    file.addBuffer(bytes, placeholder, { compress: deflate, forceZip64Format: zip64 });
  });
  file.end({ forceZip64Format: zip64, comment: '' });
  const whole = await buffer(file.outputStream);
  members.forEach(({ name }, index) => {
    const placeholder = String.fromCharCode(0x61 + index).repeat(Buffer.byteLength(name));
    const local = whole.indexOf(placeholder, localHeader(whole, index));
    whole.write(name, local);
    whole.write(name, directoryEntry(whole, index) + 46);
  });
  return whole;
}

/** Writes bytes to a new file and returns its path. */
export function fileOf(bytes: Buffer): string {
  const file = join(newFolder(), 'weights.npz');
  writeFileSync(file, bytes);
  return file;
}

export const npz = async (members: readonly RawMember[]): Promise<string> => fileOf(await zip(members));

/** Offset of a member's directory entry: a signature, then fields at the offsets of the format. */
export const directoryEntry = (whole: Buffer, index: number): number =>
  nthIndexOf(whole, 'PK\x01\x02', index);

/** Offset of a member's local header. */
const localHeader = (whole: Buffer, index: number): number => nthIndexOf(whole, 'PK\x03\x04', index);

function nthIndexOf(whole: Buffer, signature: string, n: number): number {
  let position = whole.indexOf(signature, 0, 'latin1');
  for (let index = 0; index < n; index++) position = whole.indexOf(signature, position + 4, 'latin1');
  return position;
}

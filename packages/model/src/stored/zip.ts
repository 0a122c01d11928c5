import { crc32 } from 'node:zlib';
import { InputError, openZip, type ZipEntry, type ZipFile } from '@bit-repro/artifacts';
import { explained } from './explained.ts';
import { printable } from './printable.ts';
import { TensorProblem } from './tensorProblem.ts';

/** A file in a zip file. */
export interface Member {
  name: string;
  /** Unpacked size, from the zip file's directory. */
  bytes: number;
  compressed: boolean;
  /** The unpacked content in chunks; its size and checksum are verified on the way. */
  chunks: () => AsyncGenerator<Buffer, void, undefined>;
}

/** Far more than the 459 tensors of the largest network. */
const maxMembers = 10_000;

/**
 * Opens a zip file (including zip64) and passes its members to `use`. Only the directory at the end of the
 * file is read first.
 *
 * @throws InputError if the file does not exist, is not a zip file, or has an invalid directory: unsafe,
 * duplicate or too many names, encryption, or a compression other than stored and deflated.
 */
export async function withZip<T>(file: string, use: (members: Member[]) => Promise<T>): Promise<T> {
  const { zip, close } = await explained(file, openZip(file));
  try {
    return await use(await explained(file, membersOf(file, zip)));
  } finally {
    await close();
  }
}

async function membersOf(file: string, zip: ZipFile): Promise<Member[]> {
  if (zip.entryCount > maxMembers) {
    throw new InputError(
      `Expected at most ${maxMembers} members in ${file}, found ${zip.entryCount}`,
      'This is not a weights file. Use another.',
    );
  }
  const members = new Map<string, Member>();
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (name.endsWith('/')) continue;
    if (members.has(name)) {
      throw new InputError(
        `${file} has several members named ${printable(name)}`,
        'The file is ambiguous, perhaps on purpose. Fetch it from its publisher again.',
      );
    }
    if (!entry.canDecodeFileData()) {
      const found = entry.isEncrypted() ? 'encrypted' : `compressed by method ${entry.compressionMethod}`;
      throw new InputError(
        `Expected member ${printable(name)} of ${file} stored or deflated, found it ${found}`,
        'Write the file again with numpy.savez or torch.save.',
      );
    }
    members.set(name, {
      name,
      bytes: entry.uncompressedSize,
      compressed: entry.compressionMethod !== 0,
      chunks: () => chunksOf(zip, entry),
    });
  }
  return [...members.values()];
}

/**
 * Reads `bytes` bytes of a member from `start` on, and the rest only to verify its checksum.
 *
 * @throws TensorProblem if the content has changed.
 */
export async function readRange(
  { chunks }: Member,
  start: number,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const result = new Uint8Array(bytes);
  let position = -start;
  for await (const chunk of chunks()) {
    const from = Math.max(0, -position);
    const to = Math.min(chunk.length, bytes - position);
    if (from < to) result.set(chunk.subarray(from, to), position + from);
    position += chunk.length;
  }
  return result;
}

async function* chunksOf(zip: ZipFile, entry: ZipEntry): AsyncGenerator<Buffer, void, undefined> {
  const stream = await zip.openReadStreamPromise(entry);
  let checksum = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== entry.crc32) {
    const hex = (value: number): string => value.toString(16).padStart(8, '0');
    throw new TensorProblem(`bytes with CRC-32 ${hex(entry.crc32)}`, hex(checksum));
  }
}

import { crc32 } from 'node:zlib';
import { ExplainedError, explainUnreadable, InputError } from '@bit-repro/artifacts';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { TensorProblem } from './tensorProblem.ts';

/** A file in a zip file. */
export interface Member {
  name: string;
  /** Unpacked size, from the zip file's directory. */
  bytes: number;
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
  const zip = await explained(file, openPromise(file, { autoClose: false, strictFileNames: true }));
  try {
    return await use(await explained(file, membersOf(file, zip)));
  } finally {
    zip.close();
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
        'Write the file again with numpy.savez or numpy.savez_compressed.',
      );
    }
    members.set(name, { name, bytes: entry.uncompressedSize, chunks: () => chunksOf(zip, entry) });
  }
  return [...members.values()];
}

async function* chunksOf(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer, void, undefined> {
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

/** A name from a file, without control characters and shortened. */
export function printable(name: string): string {
  const escaped = JSON.stringify(name).slice(1, -1);
  return escaped.length > 120 ? `${escaped.slice(0, 120)}…` : escaped;
}

async function explained<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof ExplainedError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      throw new InputError(
        `The weights file ${file} does not exist`,
        'Check the path, or fetch the weights first.',
        { cause },
      );
    }
    const unreadable = code === 'EISDIR' ? cause : explainUnreadable(cause, file);
    if (unreadable !== cause) throw unreadable;
    const reason = printable(cause instanceof Error ? cause.message : String(cause));
    throw new InputError(
      `${file} cannot be read as an npz file of weights (${reason})`,
      'If the file was truncated, fetch or write it again. A checkpoint in another format must be converted.',
      { cause },
    );
  }
}

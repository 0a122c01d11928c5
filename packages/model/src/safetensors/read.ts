import { open, type FileHandle } from 'node:fs/promises';
import { decodeElements, rowMajorStrides } from '../stored/elements.ts';
import { explained } from '../stored/explained.ts';
import type { StoredTensor } from '../stored/storedTensor.ts';
import { TensorProblem } from '../stored/tensorProblem.ts';
import { headerBytes, parseHeader, prefixBytes, type Entry } from './header.ts';

/**
 * Opens a safetensors file and passes its tensors to `use`. Only the header is read first.
 *
 * @throws InputError if the header is invalid.
 */
export async function withSafetensors<T>(
  file: string,
  use: (tensors: readonly StoredTensor[]) => Promise<T>,
): Promise<T> {
  const handle = await explained(file, open(file));
  try {
    return await use(await explained(file, tensorsOf(file, handle)));
  } finally {
    await handle.close();
  }
}

async function tensorsOf(file: string, handle: FileHandle): Promise<StoredTensor[]> {
  const { size } = await handle.stat();
  const length = headerBytes(file, Buffer.from(await readAt(handle, 0, prefixBytes)), size);
  const dataStart = prefixBytes + length;
  const text = Buffer.from(await readAt(handle, prefixBytes, length)).toString('utf8');
  return parseHeader(file, text, size - dataStart).map((entry) => tensorOf(handle, dataStart, entry));
}

function tensorOf(handle: FileHandle, dataStart: number, { offsets, ...tensor }: Entry): StoredTensor {
  const [from, to] = offsets;
  return {
    ...tensor,
    strides: rowMajorStrides(tensor.shape),
    read: async () =>
      decodeElements(await readAt(handle, dataStart + from, to - from), { ...tensor, littleEndian: true }),
  };
}

async function readAt(handle: FileHandle, position: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const result = new Uint8Array(bytes);
  for (let done = 0; done < bytes;) {
    const { bytesRead } = await handle.read(result, done, bytes - done, position + done);
    if (bytesRead === 0) throw new TensorProblem(`${bytes} bytes`, `the end of the file after ${done}`);
    done += bytesRead;
  }
  return result;
}

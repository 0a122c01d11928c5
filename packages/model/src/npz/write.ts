import { Readable } from 'node:stream';
import { ExplainedError, writeFileAtomic } from '@bit-repro/artifacts';
import { ZipFile } from 'yazl';
import { sizeOf, type Weights } from '../parameters.ts';
import { encodeElements, hostByteOrder, requireFinite } from './npyData.ts';
import { dataBytes, formatNpyHeader } from './npyHeader.ts';
import { TensorProblem } from './tensorProblem.ts';

export interface WriteOptions {
  /** The type of the elements (default float32). Float16 rounds, and halves the file. */
  type?: 'float16' | 'float32';
}

/** Weights that are not finite, or too large for the type that they are to be written in: what trained them diverged. */
export class NotFiniteError extends ExplainedError {}

/** The earliest time a zip file knows: the same weights give the same bytes. */
const noTime = new Date(1980, 0, 1);

/**
 * Writes weights as numpy.savez does, under their names: NumPy, timm and the official PyTorch and JAX code load the
 * file. It appears whole or not at all, and the same weights give the same bytes.
 *
 * @throws NotFiniteError when a tensor holds numbers that are not finite; OutsideError when the disk cannot hold the file.
 */
export async function writeNpz(file: string, weights: Weights, options: WriteOptions = {}): Promise<void> {
  const { type = 'float32' } = options;
  for (const [name, { shape, data }] of weights) {
    if (data.length !== sizeOf(shape))
      throw new RangeError(`Expected ${sizeOf(shape)} elements in tensor ${name}, found ${data.length}`);
    try {
      requireFinite(data, shape, type);
    } catch (cause) {
      if (!(cause instanceof TensorProblem)) throw cause;
      throw new NotFiniteError(
        `Expected ${cause.expected} in tensor ${name}, to be written to ${file}, found ${cause.found}`,
        cause.remedy,
        { cause },
      );
    }
  }
  await writeFileAtomic(file, zipOf(weights, type));
}

function zipOf(weights: Weights, type: 'float16' | 'float32'): NodeJS.ReadableStream {
  const zip = new ZipFile();
  for (const [name, { shape, data }] of weights) {
    const header = formatNpyHeader(type, shape, hostByteOrder);
    const size = header.length + dataBytes({ type, shape });
    zip.addReadStreamLazy(
      `${name}.npy`,
      { size, compressionLevel: 0, mtime: noTime, forceDosTimestamp: true },
      (give) => {
        give(null, Readable.from(bytesOf(header, data, type), { objectMode: false }));
      },
    );
  }
  zip.end();
  return zip.outputStream;
}

function* bytesOf(
  header: Buffer,
  data: Float32Array,
  type: 'float16' | 'float32',
): Generator<Buffer, void, undefined> {
  yield header;
  yield* encodeElements(data, type);
}

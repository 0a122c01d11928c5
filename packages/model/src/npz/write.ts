import { Readable } from 'node:stream';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { ZipFile } from 'yazl';
import type { Weights } from '../parameters.ts';
import { encodeElements, hostByteOrder } from '../stored/elements.ts';
import { dataBytes } from '../stored/elementType.ts';
import { requireWritable } from '../stored/requireWritable.ts';
import { formatNpyHeader } from './npyHeader.ts';

export interface WriteOptions {
  /** Type of the elements. Default: float32. Float16 rounds them, and halves the file. */
  type?: 'float16' | 'float32';
}

/** The earliest time that a zip file can store, so that the same arrays give the same bytes. */
const noTime = new Date(1980, 0, 1);
/** What NumPy writes, too. Deflated bytes would be those of one version of zlib. */
export const stored = { compressionLevel: 0, mtime: noTime, forceDosTimestamp: true };

/**
 * Writes weights as numpy.savez does, by name. NumPy, timm and the official PyTorch and JAX code can load the
 * file. It appears completely or not at all, and the same weights give the same bytes.
 *
 * @throws NotFiniteError if a number is not finite; OutsideError if the disk is full.
 */
export async function writeNpz(file: string, weights: Weights, options: WriteOptions = {}): Promise<void> {
  const { type = 'float32' } = options;
  requireWritable(file, weights, type);
  await writeFileAtomic(file, zipOf(weights, type));
}

function zipOf(weights: Weights, type: 'float16' | 'float32'): NodeJS.ReadableStream {
  const zip = new ZipFile();
  for (const [name, { shape, data }] of weights) {
    const header = formatNpyHeader(type, shape, hostByteOrder);
    const size = header.length + dataBytes({ type, shape });
    zip.addReadStreamLazy(`${name}.npy`, { size, ...stored }, (give) => {
      give(null, Readable.from(bytesOf(header, data, type), { objectMode: false }));
    });
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

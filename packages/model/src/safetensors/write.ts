import { Readable } from 'node:stream';
import { writeFileAtomic } from '@bit-repro/artifacts';
import type { Weights } from '../parameters.ts';
import { encodeElements } from '../stored/elements.ts';
import { dataBytes } from '../stored/elementType.ts';
import { requireWritable } from '../stored/requireWritable.ts';
import { prefixBytes } from './header.ts';

/**
 * Writes tensors in float32 as the safetensors library for PyTorch does, to the byte: by name, from small to
 * large code points. The file appears completely or not at all.
 *
 * @throws NotFiniteError if a number is not finite; OutsideError if the disk is full.
 */
export async function writeSafetensors(file: string, weights: Weights): Promise<void> {
  requireWritable(file, weights);
  await writeFileAtomic(file, Readable.from(bytesOf(weights), { objectMode: false }));
}

function* bytesOf(weights: Weights): Generator<Buffer, void, undefined> {
  const tensors = [...weights].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  let end = 0;
  const entries = tensors.map(([name, { shape }]) => {
    const start = end;
    end += dataBytes({ type: 'float32', shape });
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }] as const;
  });
  const header = Buffer.from(
    JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }),
  );
  // The elements are to start at a multiple of eight bytes.
  const padding = Buffer.alloc(-header.length & 7, ' ');
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeBigUInt64LE(BigInt(header.length + padding.length));
  yield Buffer.concat([prefix, header, padding]);
  for (const [, { data }] of tensors) yield* encodeElements(data, 'float32', 'LE');
}

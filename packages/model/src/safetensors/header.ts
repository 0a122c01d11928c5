import { z } from 'zod';
import { InputError } from '@bit-repro/artifacts';
import type { ParameterShape } from '../parameters.ts';
import { dataBytes, type ElementType } from '../stored/elementType.ts';
import { printable } from '../stored/printable.ts';

/*
 * A safetensors file is the length of its header in eight bytes (little-endian), the header, which is JSON, and the
 * elements of all tensors without gaps (huggingface.co/docs/safetensors).
 */

/** A tensor in a safetensors file. */
export interface Entry extends ParameterShape {
  type: ElementType;
  /** Its first byte and the byte after its last, after the header. */
  offsets: readonly [number, number];
}

/** Bytes before the header. */
export const prefixBytes = 8;
/** Some hundred times the header of the largest network. The format allows 100 MB. */
const maxHeaderBytes = 1 << 24;

const types: Readonly<Record<string, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

const size = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size).max(32),
  data_offsets: z.tuple([size, size]),
});

/** Whether a file that starts with these bytes is a safetensors file. */
export const startsSafetensors = (start: Buffer): boolean =>
  start.length > prefixBytes && start.readUInt32LE(4) === 0 && start[prefixBytes] === 0x7b; /* { */

/** The bytes of the header, from a file's first bytes. @throws InputError if they cannot be in the file. */
export function headerBytes(file: string, start: Buffer, fileBytes: number): number {
  const bytes = Number(start.readBigUInt64LE());
  const most = Math.min(maxHeaderBytes, fileBytes - prefixBytes);
  if (bytes > most) throw damaged(file, `a header of at most ${most} bytes`, `one of ${bytes}`);
  return bytes;
}

/**
 * Parses the header of a safetensors file whose elements take `dataLength` bytes. Each byte of the elements must
 * belong to exactly one tensor.
 *
 * @throws InputError naming the first tensor that is wrong.
 */
export function parseHeader(file: string, text: string, dataLength: number): Entry[] {
  const entries = parseJson(file, text)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => entryOf(file, name, value));
  let end = 0;
  for (const { name, offsets } of entries.toSorted(byOffsets)) {
    if (offsets[0] !== end) {
      const found = offsets[0] < end ? 'overlaps another tensor' : 'leaves a gap';
      throw damaged(file, `tensor ${printable(name)} to start at byte ${end}`, `${offsets[0]}: it ${found}`);
    }
    if (offsets[1] > dataLength) {
      throw damaged(
        file,
        `tensor ${printable(name)} to end within the ${dataLength} bytes of elements`,
        `byte ${offsets[1]}`,
      );
    }
    end = offsets[1];
  }
  if (end !== dataLength) throw damaged(file, `${end} bytes of elements`, String(dataLength));
  return entries;
}

const byOffsets = ({ offsets: a }: Entry, { offsets: b }: Entry): number => a[0] - b[0] || a[1] - b[1];

/** The keys and values of the header. A record of zod's would drop the name `__proto__`. */
function parseJson(file: string, text: string): [string, unknown][] {
  try {
    return Object.entries(z.custom<object>(isObject).parse(JSON.parse(text)));
  } catch (cause) {
    throw damaged(file, 'a header of JSON', JSON.stringify(text.slice(0, 100)), cause);
  }
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function entryOf(file: string, name: string, value: unknown): Entry {
  const { data, error } = entrySchema.safeParse(value);
  if (error !== undefined) {
    const { path, message } = error.issues[0]!;
    throw damaged(
      file,
      `dtype, shape and data_offsets of tensor ${printable(name)}`,
      `${path.join('.')}: ${message}`,
    );
  }
  const { dtype, shape, data_offsets: offsets } = data;
  const type = types[dtype];
  if (type === undefined) {
    throw new InputError(
      `Expected ${Object.keys(types).join(', ')} in tensor ${printable(name)} of ${file}, found ${printable(dtype)}`,
      'Convert the weights to float32.',
    );
  }
  const [bytes, found] = [dataBytes({ type, shape }), offsets[1] - offsets[0]];
  if (bytes !== found) {
    throw damaged(
      file,
      `${bytes} bytes for ${type} of shape [${shape.join(', ')}] in tensor ${printable(name)}`,
      String(found),
    );
  }
  return { name, shape, type, offsets };
}

const damaged = (file: string, expected: string, found: string, cause?: unknown): InputError =>
  new InputError(
    `Expected ${expected} in the safetensors file ${file}, found ${found}`,
    'The file is damaged or incomplete. Fetch or write it again.',
    { cause },
  );

import { endianness } from 'node:os';
import { Float16Array, getFloat16 } from '@petamoriken/float16';
import { sizeOf } from '../parameters.ts';
import type { ElementType, NpyHeader } from './npyHeader.ts';
import { TensorProblem } from './tensorProblem.ts';

/** The byte order of this machine. */
export const hostByteOrder = endianness();

/** Elements encoded at a time. */
const blockSize = 1 << 18;
/** The smallest number that rounds to infinity in float16. */
const float16Overflow = 65_520;

/**
 * Decodes the elements of an npy file to float32 in row-major order. `raw` must own its buffer, which may be
 * modified and become the result: a float32 file is not copied. Elements of float64 are rounded, as when
 * PyTorch copies them.
 */
export function decodeElements(raw: Uint8Array<ArrayBuffer>, header: NpyHeader): Float32Array {
  const { type, littleEndian, fortranOrder, shape } = header;
  if (littleEndian !== (hostByteOrder === 'LE')) swapBytes(Buffer.from(raw.buffer), type);
  const values = toFloat32(raw.buffer, type);
  return fortranOrder && shape.length > 1 ? toRowMajor(values, shape) : values;
}

/** @throws TensorProblem naming the first element that is not finite (in float16, if that is the type). */
export function requireFinite(
  values: Float32Array,
  shape: readonly number[],
  type: ElementType = 'float32',
): void {
  const limit = type === 'float16' ? float16Overflow : Infinity;
  const index = values.findIndex((value) => !(Math.abs(value) < limit));
  if (index === -1) return;
  throw new TensorProblem(
    type === 'float16' ? 'numbers that float16 can hold' : 'finite numbers',
    `${values[index]!} at [${positionOf(index, shape).join(', ')}]`,
    type === 'float16'
      ? 'Write float32 instead.'
      : 'The weights are unusable, perhaps from a training run that diverged. Use others.',
  );
}

/** The bytes of the elements in this machine's byte order, block by block. */
export function* encodeElements(
  values: Float32Array,
  type: 'float16' | 'float32',
): Generator<Buffer, void, undefined> {
  for (let start = 0; start < values.length; start += blockSize) {
    const block = values.subarray(start, start + blockSize);
    const { buffer, byteOffset, byteLength } = type === 'float32' ? block : new Float16Array(block);
    yield Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  }
}

function swapBytes(bytes: Buffer, type: ElementType): void {
  if (type === 'float16') bytes.swap16();
  else if (type === 'float32') bytes.swap32();
  else bytes.swap64();
}

function toFloat32(buffer: ArrayBuffer, type: ElementType): Float32Array {
  if (type === 'float32') return new Float32Array(buffer);
  if (type === 'float64') return new Float32Array(new Float64Array(buffer));
  const halves = new Uint16Array(buffer);
  const table = float16Table();
  const values = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index++) values[index] = table[halves[index]!]!;
  return values;
}

let table: Float32Array | undefined;
/** The value of each of the 65,536 float16 numbers, to decode by lookup. */
function float16Table(): Float32Array {
  if (table === undefined) {
    const view = new DataView(Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits).buffer);
    const littleEndian = hostByteOrder === 'LE';
    table = Float32Array.from({ length: 1 << 16 }, (_, bits) => getFloat16(view, 2 * bits, littleEndian));
  }
  return table;
}

/** Reorders elements from first index fastest to last index fastest. */
function toRowMajor(values: Float32Array, shape: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const position = shape.map(() => 0);
  const result = new Float32Array(values.length);
  let source = 0;
  for (let target = 0; target < result.length; target++) {
    result[target] = values[source]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis]!++;
      source += strides[axis]!;
      if (position[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  return result;
}

function positionOf(index: number, shape: readonly number[]): number[] {
  return shape.map((size, axis) => Math.floor(index / sizeOf(shape.slice(axis + 1))) % size);
}

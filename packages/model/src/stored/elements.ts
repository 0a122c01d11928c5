import { endianness } from 'node:os';
import { Float16Array, getFloat16 } from '@petamoriken/float16';
import { sizeOf } from '../parameters.ts';
import { itemSizes, type ElementType } from './elementType.ts';
import { TensorProblem } from './tensorProblem.ts';

/** The byte order of this machine. */
export const hostByteOrder = endianness();

/** Elements encoded at a time. */
const blockSize = 1 << 18;
/** The smallest number that rounds to infinity in float16. */
const float16Overflow = 65_520;

/**
 * Decodes elements to float32. `raw` must own its buffer, which may be modified and become the result:
 * float32 is not copied. Elements of float64 are rounded, as when PyTorch copies them.
 */
export function decodeElements(
  raw: Uint8Array<ArrayBuffer>,
  { type, littleEndian }: { type: ElementType; littleEndian: boolean },
): Float32Array {
  const { buffer } = raw;
  if (littleEndian !== (hostByteOrder === 'LE')) swapBytes(Buffer.from(buffer), type);
  switch (type) {
    case 'float64':
      return new Float32Array(new Float64Array(buffer));
    case 'float32':
      return new Float32Array(buffer);
    case 'float16': {
      const table = float16Table();
      return Float32Array.from(new Uint16Array(buffer), (bits) => table[bits]!);
    }
    case 'bfloat16':
      // It is the upper half of a float32.
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
  }
}

/** The strides of elements with the last index fastest. */
export const rowMajorStrides = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** The number of elements from the first to the last of a tensor. */
export const spanOf = (shape: readonly number[], strides: readonly number[]): number =>
  sizeOf(shape) === 0 ? 0 : shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, 1);

/** Elements with the last index fastest, from elements with any strides. */
export function inRowMajor(
  values: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array {
  const plain = rowMajorStrides(shape);
  if (shape.every((size, axis) => size === 1 || strides[axis] === plain[axis])) return values;
  const outer = shape.slice(0, -1);
  const row = shape.at(-1)!;
  const step = strides.at(-1)!;
  const position = outer.map(() => 0);
  const result = new Float32Array(sizeOf(shape));
  let source = 0;
  for (let target = 0; target < result.length; target += row) {
    for (let index = 0; index < row; index++) result[target + index] = values[source + index * step]!;
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      position[axis]!++;
      source += strides[axis]!;
      if (position[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  return result;
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

/** The bytes of the elements, block by block. Default byte order: this machine's. */
export function* encodeElements(
  values: Float32Array,
  type: 'float16' | 'float32',
  byteOrder = hostByteOrder,
): Generator<Buffer, void, undefined> {
  for (let start = 0; start < values.length; start += blockSize) {
    const block = values.subarray(start, start + blockSize);
    const { buffer, byteOffset, byteLength } = type === 'float32' ? block : new Float16Array(block);
    const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
    yield byteOrder === hostByteOrder ? bytes : swapBytes(Buffer.from(bytes), type);
  }
}

function swapBytes(bytes: Buffer, type: ElementType): Buffer {
  switch (itemSizes[type]) {
    case 2:
      return bytes.swap16();
    case 4:
      return bytes.swap32();
    default:
      return bytes.swap64();
  }
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

function positionOf(index: number, shape: readonly number[]): number[] {
  return shape.map((size, axis) => Math.floor(index / sizeOf(shape.slice(axis + 1))) % size);
}

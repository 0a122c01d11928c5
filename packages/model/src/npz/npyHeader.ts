import type { ElementType } from '../stored/elementType.ts';
import { TensorProblem } from '../stored/tensorProblem.ts';

/** Element types that NumPy has, too. */
type NpyType = Exclude<ElementType, 'bfloat16'>;

/** Those of files that are not weights, too. */
type WrittenType = NpyType | 'uint16';

/** The layout of an array in an npy file. */
export interface NpyHeader {
  type: NpyType;
  littleEndian: boolean;
  /** First index fastest, rather than last. */
  fortranOrder: boolean;
  shape: readonly number[];
  /** Bytes before the first element. */
  dataOffset: number;
}

const magic = '\x93NUMPY';
/** NumPy itself accepts no longer header by default. */
const maxHeaderLength = 10_000;
/** This many bytes from the start of a file contain any header. */
export const longestStart = magic.length + 2 + 4 + maxHeaderLength;

const types: Record<string, NpyType> = { f2: 'float16', f4: 'float32', f8: 'float64' };
const codes: Record<WrittenType, string> = { float16: 'f2', float32: 'f4', float64: 'f8', uint16: 'u2' };
const convert = 'Convert the file: numpy.savez with float32 arrays only.';

/**
 * Parses the header of an npy file, version 1, 2 or 3, from its first bytes (all of them, or `longestStart`).
 * Nothing in it is evaluated.
 *
 * @throws TensorProblem if it is not a plain array of floating-point numbers.
 */
export function parseNpyHeader(start: Buffer): NpyHeader {
  if (start.toString('latin1', 0, magic.length) !== magic || start.length < magic.length + 2) {
    throw new TensorProblem('an npy array', 'other bytes', convert);
  }
  const [major, minor] = [start[6]!, start[7]!];
  if (major < 1 || major > 3 || minor !== 0) {
    throw new TensorProblem('npy version 1.0, 2.0 or 3.0', `${major}.${minor}`, convert);
  }
  const lengthBytes = major === 1 ? 2 : 4;
  const textStart = 8 + lengthBytes;
  if (start.length < textStart) throw new TensorProblem('a whole npy header', 'its first bytes only');
  const length = start.readUIntLE(8, lengthBytes);
  if (length > maxHeaderLength) {
    throw new TensorProblem(`an npy header of at most ${maxHeaderLength} bytes`, `${length} bytes`);
  }
  const dataOffset = textStart + length;
  if (start.length < dataOffset) throw new TensorProblem('a whole npy header', 'its first bytes only');
  const text = start.toString(major === 3 ? 'utf8' : 'latin1', textStart, dataOffset);
  return { ...parseDescription(text), dataOffset };
}

/**
 * The header that NumPy would write for a row-major array in this byte order: version 1.0, aligned to 64
 * bytes.
 */
export function formatNpyHeader(type: WrittenType, shape: readonly number[], byteOrder: 'LE' | 'BE'): Buffer {
  const descr = `${byteOrder === 'LE' ? '<' : '>'}${codes[type]}`;
  const tuple = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const unpadded = magic.length + 4 + text.length + 1;
  const padded = text + ' '.repeat((64 - (unpadded % 64)) % 64) + '\n';
  const prefix = Buffer.from(`${magic}\x01\x00\x00\x00`, 'latin1');
  prefix.writeUInt16LE(padded.length, 8);
  return Buffer.concat([prefix, Buffer.from(padded, 'latin1')]);
}

/**
 * `'key': value` of a Python dictionary, where the value is a string, a boolean, a tuple, or anything in
 * brackets.
 */
const entryPattern =
  /\s*'(?<key>\w+)'\s*:\s*(?<value>'[^'\\]*'|True|False|\([^()]*\)|\[.*\])\s*(?<end>,\s*\}\s*$|\}\s*$|,)/suy;
/** Python 2 wrote long integers with an L. */
const tuplePattern = /^\(\s*(?:\d+L?\s*,\s*(?:\d+L?\s*,\s*)*(?:\d+L?\s*)?)?\)$/u;

/** Parses the Python dictionary {'descr': …, 'fortran_order': …, 'shape': …}, with its keys in any order. */
function parseDescription(text: string): Omit<NpyHeader, 'dataOffset'> {
  const entries = new Map<string, string>();
  const unreadable = (): TensorProblem =>
    new TensorProblem(
      "a header {'descr': …, 'fortran_order': …, 'shape': …}",
      JSON.stringify(text.trim().slice(0, 200)),
      convert,
    );
  const opening = /^\s*\{/u.exec(text);
  if (opening === null) throw unreadable();
  entryPattern.lastIndex = opening[0].length;
  for (let end = ','; end === ',';) {
    const match = entryPattern.exec(text)?.groups;
    if (match === undefined || entries.has(match.key!)) throw unreadable();
    entries.set(match.key!, match.value!);
    end = match.end!;
  }
  const [descr, fortranOrder, shape] = ['descr', 'fortran_order', 'shape'].map((key) => entries.get(key));
  if (entries.size !== 3 || descr === undefined || shape === undefined) throw unreadable();
  if (fortranOrder !== 'True' && fortranOrder !== 'False') throw unreadable();
  if (!tuplePattern.test(shape)) throw unreadable();
  return { ...parseType(descr), fortranOrder: fortranOrder === 'True', shape: parseShape(shape) };
}

function parseType(descr: string): Pick<NpyHeader, 'type' | 'littleEndian'> {
  const { order, code } = /^'(?<order>[<>])(?<code>f[248])'$/u.exec(descr)?.groups ?? {};
  const type = code === undefined ? undefined : types[code];
  if (type === undefined) {
    const pickled = /^'[|<>=]?O/u.test(descr);
    throw new TensorProblem(
      'float16, float32 or float64 elements',
      pickled ? 'pickled Python objects' : `elements of type ${descr.slice(0, 100)}`,
      pickled ? 'Do not load it: reading a pickle runs code from the file. Ask for plain arrays.' : convert,
    );
  }
  return { type, littleEndian: order === '<' };
}

function parseShape(tuple: string): number[] {
  const shape = (tuple.match(/\d+/gu) ?? []).map(Number);
  if (!shape.every(Number.isSafeInteger)) throw new TensorProblem('a shape', tuple.slice(0, 100));
  return shape;
}

import { inflateSync } from 'node:zlib';

/** A text, numbers in the order of the file (by columns), or an array of structures. */
export type MatValue = string | number[] | { [field: string]: MatValue }[];

const headerBytes = 128;
const littleEndian = 'IM';
const types = { utf8: 16, utf16: 17, matrix: 14, compressed: 15 };
const classes = { structure: 2, text: 4, firstNumeric: 6, lastNumeric: 15 };
type ReadNumber = (view: DataView, at: number) => number;
/** By the number of their type. */
const numbers: Readonly<Record<number, { bytes: number; read: ReadNumber }>> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  4: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  5: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  6: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  7: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  9: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

interface Element {
  type: number;
  data: Buffer;
}

/**
 * The variables of a little-endian MATLAB 5 file, as far as they are texts, real numbers and structures of these. The
 * format: MathWorks, "MAT-File Format", 2019.
 *
 * @throws RangeError if it is not such a file, is cut short, or has values of another kind.
 */
export function readMatFile(file: Uint8Array): Record<string, MatValue> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < headerBytes || bytes.toString('latin1', 126, 128) !== littleEndian)
    throw new RangeError('it does not begin as a little-endian MATLAB 5 file does');
  const variables: Record<string, MatValue> = {};
  for (const { type, data } of elementsOf(bytes.subarray(headerBytes))) {
    const [matrix] = type === types.compressed ? elementsOf(inflateSync(data)) : [{ type, data }];
    if (matrix?.type !== types.matrix) continue;
    const { name, value } = matrixOf(matrix.data);
    variables[name] = value;
  }
  return variables;
}

/**
 * Elements that follow each other, each filled up to whole words of eight bytes, unless it is compressed. Those of up to
 * four bytes share the word of their tag.
 */
function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes.readUInt32LE(at);
    const isSmall = tag > 0xffff;
    const length = isSmall ? tag >>> 16 : bytes.readUInt32LE(at + 4);
    const start = at + (isSmall ? 4 : 8);
    if (start + length > bytes.length) throw new RangeError('it is cut short');
    const type = tag & 0xffff;
    elements.push({ type, data: bytes.subarray(start, start + length) });
    const end = start + length;
    at = type === types.compressed ? end : Math.ceil((end - at) / 8) * 8 + at;
  }
  return elements;
}

function matrixOf(bytes: Buffer): { name: string; value: MatValue } {
  // An empty matrix may have nothing at all in it.
  if (bytes.length === 0) return { name: '', value: [] };
  const [flags, , name, ...parts] = elementsOf(bytes);
  if (flags === undefined || name === undefined) throw new RangeError('an array lacks its name');
  return { name: name.data.toString('latin1'), value: valueOf(flags.data.readUInt8(0), parts) };
}

function valueOf(kind: number, parts: readonly Element[]): MatValue {
  const [first, second, ...rest] = parts;
  if (kind === classes.structure && first && second) {
    const names = fieldNames(second.data, numbersIn(first)[0]!);
    return groups(rest, names.length).map((cells) =>
      Object.fromEntries(cells.map(({ data }, index) => [names[index]!, matrixOf(data).value])),
    );
  }
  if (kind === classes.text) return first === undefined ? '' : textIn(first);
  if (classes.firstNumeric <= kind && kind <= classes.lastNumeric)
    return first === undefined ? [] : numbersIn(first);
  throw new RangeError(`it has an array of a class that is not read (${kind})`);
}

/** Names of equal length, filled up with zeros. */
const fieldNames = (data: Buffer, length: number): string[] =>
  Array.from({ length: data.length / length }, (_, index) =>
    data.toString('latin1', index * length, (index + 1) * length).replace(/\0.*/s, ''),
  );

const groups = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.floor(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );

function numbersIn({ type, data }: Element): number[] {
  const kind = numbers[type];
  if (kind === undefined) throw new RangeError(`it has numbers of a type that is not read (${type})`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.length / kind.bytes }, (_, index) => kind.read(view, index * kind.bytes));
}

function textIn(element: Element): string {
  if (element.type === types.utf8) return element.data.toString('utf8');
  if (element.type === types.utf16) return element.data.toString('utf16le');
  return String.fromCharCode(...numbersIn(element));
}

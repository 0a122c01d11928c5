import { explainUnreadable, InputError } from '@bit-repro/artifacts';
import type { Architecture } from '../architecture.ts';
import { headBias, headKernel, parameterShapes, type ParameterShape, type Weights } from '../parameters.ts';
import { requireTensors } from './compare.ts';
import { decodeElements, requireFinite } from './npyData.ts';
import { dataBytes, longestStart, parseNpyHeader, type ElementType, type NpyHeader } from './npyHeader.ts';
import { TensorProblem } from './tensorProblem.ts';
import { printable, withZip, type Member } from './zip.ts';

/** A tensor in a file, before its elements are read. */
export interface StoredTensor extends ParameterShape {
  type: ElementType;
}

export interface ReadOptions {
  /** Every tensor that the file must contain; others are not allowed. */
  expect: readonly ParameterShape[];
  /** Tensors that are optional and not read. */
  skip?: (name: string) => boolean;
}

/** Limits the memory that a file can request. The largest head in the paper has 29,593 classes (JFT-300M). */
const maxClasses = 100_000;

interface Tensor {
  name: string;
  member: Member;
  header: NpyHeader;
}

/**
 * Reads tensors from an npz file (zip, stored or deflated; npy 1.0 to 3.0; float16, float32 or float64 in any
 * byte and index order) as float32. Names, types, shapes and sizes are checked before the first element is
 * read. Memory is limited to that of the requested tensors plus one of them.
 *
 * @throws InputError if the file is damaged, has other tensors than expected, or numbers that are not finite;
 * OutsideError if it cannot be read.
 */
export async function readNpz(file: string, options: ReadOptions): Promise<Weights> {
  return withTensors(file, options, async (wanted, tensors) => {
    const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const { name, shape } of wanted) {
      weights.set(name, { shape, data: await readElements(file, tensors.get(name)!) });
    }
    return weights;
  });
}

/**
 * Checks what `readNpz` checks before reading the elements: names, types, shapes and sizes. @throws
 * InputError
 */
export async function checkNpz(file: string, options: ReadOptions): Promise<void> {
  await withTensors(file, options, () => Promise.resolve());
}

/** The tensors of an npz file, without their elements. @throws InputError if the file is damaged. */
export async function listNpz(file: string): Promise<StoredTensor[]> {
  return withZip(file, async (members) => {
    const tensors = await readHeaders(file, members, () => false);
    return tensors.map(({ name, header: { shape, type } }) => ({ name, shape, type }));
  });
}

/**
 * Reads a network from an npz file: with the head in the file, whatever its number of classes, or without a
 * head.
 *
 * @throws InputError as `readNpz`.
 */
export async function readWeights(
  file: string,
  architecture: Architecture,
  { head }: { head: 'stored' | 'none' },
): Promise<{ weights: Weights; classes: number }> {
  if (head === 'none') {
    const skip = (name: string): boolean => name === headKernel || name === headBias;
    return { weights: await readNpz(file, { expect: parameterShapes(architecture, 0), skip }), classes: 0 };
  }
  const classes = (await listNpz(file)).find(({ name }) => name === headBias)?.shape[0] ?? 0;
  if (classes > maxClasses) {
    throw new InputError(
      `Expected a head of at most ${maxClasses} classes in ${file}, found ${classes}`,
      'The file does not contain BiT weights. Use another.',
    );
  }
  return { weights: await readNpz(file, { expect: parameterShapes(architecture, classes) }), classes };
}

async function withTensors<T>(
  file: string,
  { expect, skip = () => false }: ReadOptions,
  use: (wanted: ParameterShape[], tensors: ReadonlyMap<string, Tensor>) => Promise<T>,
): Promise<T> {
  return withZip(file, async (members) => {
    const tensors = await readHeaders(file, members, skip);
    const wanted = expect.filter(({ name }) => !skip(name));
    requireTensors(
      file,
      wanted,
      tensors.map(({ name, header: { shape } }) => ({ name, shape })),
    );
    return use(wanted, new Map(tensors.map((tensor) => [tensor.name, tensor])));
  });
}

async function readHeaders(
  file: string,
  members: readonly Member[],
  skip: (name: string) => boolean,
): Promise<Tensor[]> {
  const tensors: Tensor[] = [];
  for (const member of members) {
    const name = member.name.replace(/\.npy$/u, '');
    if (skip(name)) continue;
    const header = await about(file, name, () => readHeader(member));
    tensors.push({ name, member, header });
  }
  return tensors;
}

async function readHeader(member: Member): Promise<NpyHeader> {
  if (!member.name.endsWith('.npy')) {
    throw new TensorProblem('an npy array', 'another kind of file', 'Use a file written by numpy.savez.');
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of member.chunks()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= longestStart) break;
  }
  const header = parseNpyHeader(Buffer.concat(chunks));
  const expected = header.dataOffset + dataBytes(header);
  if (member.bytes !== expected) {
    throw new TensorProblem(
      `${expected} bytes for ${header.type} of shape [${header.shape.join(', ')}]`,
      `${member.bytes} bytes`,
    );
  }
  return header;
}

async function readElements(file: string, { name, member, header }: Tensor): Promise<Float32Array> {
  return about(file, name, async () => {
    const raw = new Uint8Array(dataBytes(header));
    let position = -header.dataOffset;
    for await (const chunk of member.chunks()) {
      raw.set(chunk.subarray(Math.max(0, -position)), Math.max(0, position));
      position += chunk.length;
    }
    const elements = decodeElements(raw, header);
    requireFinite(elements, header.shape);
    return elements;
  });
}

/** Adds the names of the tensor and the file to an error. */
async function about<T>(file: string, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const unreadable = explainUnreadable(cause, file);
    if (unreadable !== cause) throw unreadable;
    const problem =
      cause instanceof TensorProblem
        ? cause
        : new TensorProblem('undamaged bytes', printable((cause as Error).message));
    throw new InputError(
      `Expected ${problem.expected} in tensor ${printable(name)} of ${file}, found ${problem.found}`,
      problem.remedy,
      { cause },
    );
  }
}

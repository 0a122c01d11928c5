import { dataBytes } from '../stored/elementType.ts';
import { decodeElements, rowMajorStrides } from '../stored/elements.ts';
import { about, type StoredTensor } from '../stored/storedTensor.ts';
import { TensorProblem } from '../stored/tensorProblem.ts';
import { readRange, type Member } from '../stored/zip.ts';
import { longestStart, parseNpyHeader, type NpyHeader } from './npyHeader.ts';

/**
 * The tensors of an npz file: npy 1.0 to 3.0; float16, float32 or float64 in any byte and index order.
 *
 * @throws InputError if a member is not such an array.
 */
export async function npzTensors(
  file: string,
  members: readonly Member[],
  skip: (name: string) => boolean = () => false,
): Promise<StoredTensor[]> {
  const tensors: StoredTensor[] = [];
  for (const member of members) {
    const name = member.name.replace(/\.npy$/u, '');
    if (!skip(name)) tensors.push(await about(file, name, () => tensorOf(name, member)));
  }
  return tensors;
}

async function tensorOf(name: string, member: Member): Promise<StoredTensor> {
  const header = await readHeader(member);
  const { shape, type, fortranOrder, dataOffset } = header;
  const strides = rowMajorStrides(fortranOrder ? shape.toReversed() : shape);
  return {
    name,
    shape,
    type,
    strides: fortranOrder ? strides.reverse() : strides,
    read: async () => decodeElements(await readRange(member, dataOffset, dataBytes(header)), header),
  };
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

import { InputError } from '@bit-repro/artifacts';
import { decodeElements, spanOf } from '../stored/elements.ts';
import { itemSizes, type ElementType } from '../stored/elementType.ts';
import { about, type StoredTensor } from '../stored/storedTensor.ts';
import { TensorProblem } from '../stored/tensorProblem.ts';
import { readRange, type Member } from '../stored/zip.ts';
import { readPickle } from './pickle.ts';
import type { Pickled, PickledTensor } from './pickled.ts';
import { stateDictOf } from './stateDict.ts';

/** Some hundred times the pickle of the largest network. */
const maxPickleBytes = 1 << 24;

const types: Readonly<Record<string, ElementType>> = {
  BFloat16Storage: 'bfloat16',
  HalfStorage: 'float16',
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
};

const pickleName = 'data.pkl';

/** The member that makes a zip file one of torch.save; undefined if there is none. */
export const pickleMember = (members: readonly Member[]): Member | undefined =>
  members.find(({ name }) => name.split('/').length === 2 && name.endsWith(`/${pickleName}`));

/**
 * The tensors of the state dict in a file of torch.save. Its pickle is read as data, and nothing is executed.
 *
 * @throws InputError if the file is damaged, or contains more than tensors and plain values.
 */
export async function torchTensors(
  file: string,
  pickle: Member,
  members: readonly Member[],
): Promise<StoredTensor[]> {
  const folder = pickle.name.slice(0, -pickleName.length);
  const byName = new Map(members.map((member) => [member.name, member]));
  const value = await pickledValue(file, pickle);
  const order = byName.get(`${folder}byteorder`);
  const littleEndian = order === undefined || (await textOf(file, order)) !== 'big';
  const tensors: StoredTensor[] = [];
  for (const [name, tensor] of stateDictOf(file, value)) {
    const member = byName.get(`${folder}data/${tensor.storage.key}`);
    tensors.push(await about(file, name, () => tensorOf(name, tensor, member, littleEndian)));
  }
  return tensors;
}

function tensorOf(
  name: string,
  { storage, offset, shape, strides }: PickledTensor,
  member: Member | undefined,
  littleEndian: boolean,
): StoredTensor {
  const type = types[storage.type];
  if (type === undefined) {
    const expected = Object.values(types).join(', ');
    throw new TensorProblem(expected, `a ${storage.type}`, 'Convert the weights to float32.');
  }
  const itemSize = itemSizes[type];
  const bytes = storage.elements * itemSize;
  if (member?.bytes !== bytes) {
    throw new TensorProblem(
      `a storage of ${bytes} bytes`,
      member === undefined ? 'none' : `${member.bytes} bytes`,
    );
  }
  if (member.compressed) {
    const remedy = 'Write the file again with torch.save, which does not compress.';
    throw new TensorProblem('an uncompressed storage', 'a compressed one', remedy);
  }
  const span = spanOf(shape, strides);
  if (offset + span > storage.elements) {
    throw new TensorProblem(
      `elements within its storage of ${storage.elements}`,
      `the last at ${offset + span}`,
    );
  }
  return {
    name,
    shape,
    type,
    strides,
    read: async () =>
      decodeElements(await readRange(member, offset * itemSize, span * itemSize), { type, littleEndian }),
  };
}

async function pickledValue(file: string, member: Member): Promise<Pickled> {
  if (member.bytes > maxPickleBytes) {
    throw new InputError(
      `Expected at most ${maxPickleBytes} bytes in ${member.name} of ${file}, found ${member.bytes}`,
      'The file does not contain BiT weights. Use another.',
    );
  }
  const bytes = await about(file, member.name, () => readRange(member, 0, member.bytes));
  try {
    return readPickle(Buffer.from(bytes.buffer), 0).value;
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError(
      `${file} is not a state dict of tensors: ${cause.message}`,
      'Nothing in it was executed. Write the network’s state dict alone: `torch.save(model.state_dict(), "NEW")`.',
      { cause },
    );
  }
}

/** A member of a few bytes as text. */
const textOf = (file: string, member: Member): Promise<string> =>
  about(file, member.name, async () =>
    Buffer.from(await readRange(member, 0, Math.min(member.bytes, 16))).toString('latin1'),
  );

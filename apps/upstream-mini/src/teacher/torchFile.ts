import { endianness } from 'node:os';
import { InputError } from '@bit-repro/artifacts';
import { inRowMajor, PickledTensor, readPickle, spanOf, type Pickled, type Weights } from '@bit-repro/model';

/** Every file in PyTorch's older format starts with this number. */
const magic = 0x1950a86a20f9469cfc6cn;
const formatVersion = 1001;
const bytesPerElement = new Map([
  ['FloatStorage', 4],
  ['LongStorage', 8],
]);

/**
 * The float32 tensors of a state dict in PyTorch's older file format (`torch.save` before 1.6), in C order.
 * Its pickles are read as data; nothing in the file is executed.
 *
 * @throws InputError if the file is damaged or contains anything but tensors.
 */
export function readTorchFile(bytes: Buffer): Weights {
  let at = 0;
  const next = (): Pickled => {
    const { value, end } = readPickle(bytes, at);
    at = end;
    return value;
  };
  expect('the magic number of PyTorch files', next() === magic);
  expect(`version ${formatVersion} of the format`, next() === formatVersion);
  const system = next();
  expect('a little-endian file', system instanceof Map && system.get('little_endian') === true);
  expect('a little-endian machine', endianness() === 'LE');
  const state = next();
  const keys = next();
  if (!(state instanceof Map) || !Array.isArray(keys)) throw unsound('a dictionary of tensors');

  const tensors = [...state].flatMap(([name, value]): [string, PickledTensor][] => {
    if (typeof name !== 'string' || !(value instanceof PickledTensor)) {
      throw unsound(`a tensor named ${JSON.stringify(name)}`);
    }
    return [[name, value]];
  });
  const storages = new Map(tensors.map(([, { storage }]) => [storage.key, storage]));
  const floats = new Map<string, Float32Array>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    const width = bytesPerElement.get(storage?.type ?? '');
    if (storage === undefined || width === undefined) throw unsound('storages of floats and integers');
    expect(`the size of storage ${storage.key}`, bytes.length - at >= 8);
    const elements = Number(bytes.readBigInt64LE(at));
    at += 8;
    expect(`${storage.elements} elements in storage ${storage.key}`, elements === storage.elements);
    expect(`all elements of storage ${storage.key}`, bytes.length - at >= elements * width);
    if (width === 4) {
      floats.set(
        storage.key,
        new Float32Array(Uint8Array.from(bytes.subarray(at, at + elements * width)).buffer),
      );
    }
    at += elements * width;
  }
  return new Map(
    tensors.flatMap(([name, tensor]) => {
      const values = floats.get(tensor.storage.key);
      if (values === undefined) return [];
      return [[name, { shape: tensor.shape, data: gather(name, tensor, values) }] as const];
    }),
  );
}

/** The elements of a tensor in C order, whatever its strides. */
function gather(name: string, { offset, shape, strides }: PickledTensor, values: Float32Array): Float32Array {
  const end = offset + spanOf(shape, strides);
  const count = shape.reduce((product, size) => product * size, 1);
  expect(`tensor ${name} to be within its storage`, count <= values.length && end <= values.length);
  return inRowMajor(values.slice(offset, end), shape, strides);
}

function expect(expectation: string, holds: boolean): void {
  if (!holds) throw unsound(expectation);
}

const unsound = (expectation: string): InputError =>
  new InputError(
    `Expected ${expectation} in the teacher's file`,
    'The file is damaged or has another format. Remove it from the cache, and it is fetched again.',
  );

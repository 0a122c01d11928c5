/** The values in the pickles of PyTorch's files. Lists and tuples are the same. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Pickled[]
  | Map<string | number, Pickled>
  | Global
  | PickledStorage
  | PickledTensor;

const orderedDictionary = 'collections.OrderedDict';
const rebuildTensor = 'torch._utils._rebuild_tensor_v2';
const storageType = /^torch\.(\w+Storage)$/u;

/** A name of Python's that a state dict refers to. It stays a name. */
export class Global {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /** Undefined unless state dicts of tensors need it. */
  static named(name: string): Global | undefined {
    const isKnown = name === orderedDictionary || name === rebuildTensor || storageType.test(name);
    return isKnown ? new Global(name) : undefined;
  }
}

/** The elements of one or more tensors. */
export class PickledStorage {
  /** Such as `FloatStorage` or `LongStorage`. */
  readonly type: string;
  readonly key: string;
  readonly elements: number;

  constructor(type: string, key: string, elements: number) {
    this.type = type;
    this.key = key;
    this.elements = elements;
  }
}

/** A view of a storage. */
export class PickledTensor {
  readonly storage: PickledStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: PickledStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A storage from PyTorch's persistent ID: ('storage', type, key, device, elements), in older files with a view. */
export function persistent(value: Pickled): PickledStorage | undefined {
  if (!Array.isArray(value)) return undefined;
  const [word, type, key, , elements] = value;
  const name = type instanceof Global ? storageType.exec(type.name)?.[1] : undefined;
  if (word !== 'storage' || name === undefined || typeof key !== 'string' || !isSize(elements)) {
    return undefined;
  }
  return new PickledStorage(name, key, elements);
}

/** The result of one of the two known calls. */
export function call(callee: Pickled, given: Pickled): Pickled | undefined {
  if (!(callee instanceof Global) || !Array.isArray(given)) return undefined;
  if (callee.name === orderedDictionary) return given.length === 0 ? new Map() : undefined;
  if (callee.name !== rebuildTensor) return undefined;
  const [storage, offset, shape, strides] = given;
  if (!(storage instanceof PickledStorage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) {
    return undefined;
  }
  return shape.length === strides.length ? new PickledTensor(storage, offset, shape, strides) : undefined;
}

const isSize = (value: Pickled | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isSizes = (value: Pickled | undefined): value is number[] =>
  Array.isArray(value) && value.every((size) => isSize(size));

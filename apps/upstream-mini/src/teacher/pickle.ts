import { InputError } from '@bit-repro/artifacts';

/** A tensor as described in a pickle: a view of a storage. */
export interface PickledTensor {
  kind: 'tensor';
  storage: PickledStorage;
  offset: number;
  shape: number[];
  strides: number[];
}

interface PickledStorage {
  kind: 'storage';
  /** Such as `FloatStorage` or `LongStorage`. */
  type: string;
  key: string;
  elements: number;
}

/** The values in the pickles of PyTorch's files. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Pickled[]
  | Map<string, Pickled>
  | PickledTensor
  | PickledStorage
  | { kind: 'global'; name: string };

/** Far more than a state dict needs. */
const maxSteps = 1_000_000;

const isGlobal = (value: Pickled | undefined, name: string): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  value.kind === 'global' &&
  value.name === name;

/**
 * Reads a pickle (protocol 2) that starts at `start`. Nothing is executed: the only known globals are ordered
 * dictionaries, tensors and their storages, which become plain data.
 *
 * @returns the value, and the offset of the next byte.
 * @throws InputError on anything else.
 */
export function readPickle(bytes: Buffer, start: number): { value: Pickled; end: number } {
  const stack: Pickled[] = [];
  const marks: number[] = [];
  const memo = new Map<number, Pickled>();
  let at = start;

  const fail = (expected: string, found: string): never => {
    throw new InputError(
      `Expected ${expected} at byte ${at} of the pickle, found ${found}`,
      'The file is damaged, or is not a dictionary of tensors.',
    );
  };
  const take = (size: number): Buffer => {
    if (size > bytes.length - at)
      fail(`${size} more bytes`, `the end of the file after ${bytes.length - at}`);
    at += size;
    return bytes.subarray(at - size, at);
  };
  const pop = (): Pickled => (stack.length > (marks.at(-1) ?? 0) ? stack.pop()! : fail('a value', 'none'));
  const popMark = (): Pickled[] => stack.splice(marks.pop() ?? fail('a mark', 'none'));
  const text = (size: number): string => take(size).toString('utf8');
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end === -1) fail('the end of a line', 'the end of the file');
    const value = text(end - at);
    at += 1;
    return value;
  };
  const remember = (index: number): void => {
    memo.set(index, stack.at(-1) ?? fail('a value to store', 'none'));
  };
  const recall = (index: number): void => {
    stack.push(memo.has(index) ? memo.get(index)! : fail('a stored value', `none with number ${index}`));
  };
  const setItems = (items: Pickled[]): void => {
    const target = stack.at(-1);
    if (!(target instanceof Map) || items.length % 2 !== 0) return fail('a dictionary and pairs', 'others');
    for (let index = 0; index < items.length; index += 2) {
      const key = items[index];
      if (typeof key !== 'string') return fail('a string as key', 'another value');
      target.set(key, items[index + 1]!);
    }
  };

  for (let step = 0; step < maxSteps; step += 1) {
    const code = String.fromCharCode(take(1)[0]!);
    switch (code) {
      case '\x80': {
        const [protocol] = take(1);
        if (protocol !== 2) fail('protocol 2', String(protocol));
        break;
      }
      case '.':
        return { value: pop(), end: at };
      case 'N':
        stack.push(null);
        break;
      case '\x88':
        stack.push(true);
        break;
      case '\x89':
        stack.push(false);
        break;
      case 'K':
        stack.push(take(1)[0]!);
        break;
      case 'M':
        stack.push(take(2).readUInt16LE());
        break;
      case 'J':
        stack.push(take(4).readInt32LE());
        break;
      case '\x8a':
        stack.push(bigInteger(take(take(1)[0]!)));
        break;
      case 'X':
        stack.push(text(take(4).readUInt32LE()));
        break;
      case 'c':
        stack.push({ kind: 'global', name: `${line()}.${line()}` });
        break;
      case '}':
        stack.push(new Map());
        break;
      case ']':
      case ')':
        stack.push([]);
        break;
      case '(':
        marks.push(stack.length);
        break;
      case 't':
        stack.push(popMark());
        break;
      case '\x85':
        stack.push([pop()]);
        break;
      case '\x86': {
        const second = pop();
        stack.push([pop(), second]);
        break;
      }
      case 'a':
      case 'e': {
        const items = code === 'a' ? [pop()] : popMark();
        const target = stack.at(-1);
        if (!Array.isArray(target)) return fail('a list', 'another value');
        for (const item of items) target.push(item);
        break;
      }
      case 's': {
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case 'u':
        setItems(popMark());
        break;
      case 'q':
        remember(take(1)[0]!);
        break;
      case 'r':
        remember(take(4).readUInt32LE());
        break;
      case 'h':
        recall(take(1)[0]!);
        break;
      case 'j':
        recall(take(4).readUInt32LE());
        break;
      case 'Q':
        stack.push(storageOf(pop()) ?? fail('a storage', 'another persistent value'));
        break;
      case 'R': {
        const given = pop();
        const callee = pop();
        stack.push(build(callee, given) ?? fail('a tensor or an ordered dictionary', nameOf(callee)));
        break;
      }
      case 'b':
        // Attributes of the dictionary, such as its format version, which do not concern tensors.
        pop();
        break;
      default:
        fail('an instruction of plain data', `\`${code}\``);
    }
  }
  return fail(`at most ${maxSteps} instructions`, 'more');
}

const nameOf = (value: Pickled): string =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'global'
    ? value.name
    : 'another value';

function bigInteger(bytes: Buffer): bigint {
  let value = 0n;
  for (const byte of Buffer.from(bytes).reverse()) value = value * 256n + BigInt(byte);
  return value;
}

/** A storage from PyTorch's persistent ID: ('storage', type, key, device, elements, view). */
function storageOf(value: Pickled): PickledStorage | undefined {
  if (!Array.isArray(value)) return undefined;
  const [word, type, key, , elements] = value;
  const name = type === undefined ? '' : nameOf(type);
  if (word !== 'storage' || typeof key !== 'string' || !isSize(elements)) return undefined;
  if (!/^torch\.\w+Storage$/.test(name)) return undefined;
  return { kind: 'storage', type: name.slice('torch.'.length), key, elements };
}

/** Evaluates the only two known calls. */
function build(callee: Pickled, given: Pickled): Pickled | undefined {
  if (isGlobal(callee, 'collections.OrderedDict') && Array.isArray(given) && given.length === 0)
    return new Map();
  if (!isGlobal(callee, 'torch._utils._rebuild_tensor_v2') || !Array.isArray(given)) return undefined;
  const [storage, offset, shape, strides] = given;
  if (!isStorage(storage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) return undefined;
  return shape.length === strides.length ? { kind: 'tensor', storage, offset, shape, strides } : undefined;
}

const isSize = (value: Pickled | undefined): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0;
const isSizes = (value: Pickled | undefined): value is number[] =>
  Array.isArray(value) && value.every((size) => isSize(size));
const isStorage = (value: Pickled | undefined): value is PickledStorage =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'storage';

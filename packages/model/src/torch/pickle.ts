import { InputError } from '@bit-repro/artifacts';
import { printable } from '../stored/printable.ts';
import { call, Global, persistent, type Pickled } from './pickled.ts';

/** Far more than a state dict needs. */
const maxSteps = 1_000_000;

/**
 * Reads a pickle (protocol 2) that starts at `start`, as data. Nothing is executed: the only known globals are
 * ordered dictionaries, tensors and their storages, which become plain data.
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
      if (typeof key !== 'string' && typeof key !== 'number') {
        return fail('a string or a number as key', 'another value');
      }
      target.set(key, items[index + 1]!);
    }
  };
  const tuple = (size: number): void => {
    stack.push(Array.from({ length: size }, pop).reverse());
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
        stack.push(integer(take(take(1)[0]!)));
        break;
      case 'G':
        stack.push(take(8).readDoubleBE());
        break;
      case 'X':
        stack.push(text(take(4).readUInt32LE()));
        break;
      case 'c': {
        const name = `${line()}.${line()}`;
        stack.push(Global.named(name) ?? fail('a global of a state dict', printable(name)));
        break;
      }
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
        tuple(1);
        break;
      case '\x86':
        tuple(2);
        break;
      case '\x87':
        tuple(3);
        break;
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
        stack.push(persistent(pop()) ?? fail('a storage', 'another persistent value'));
        break;
      case 'R': {
        const given = pop();
        stack.push(call(pop(), given) ?? fail('a tensor or an ordered dictionary', 'another call'));
        break;
      }
      case 'b':
        // Attributes of a dictionary, such as the versions of its modules, which do not concern tensors.
        pop();
        if (!(stack.at(-1) instanceof Map)) fail('a dictionary', 'another value');
        break;
      default:
        fail('an instruction of plain data', `\`${printable(code)}\``);
    }
  }
  return fail(`at most ${maxSteps} instructions`, 'more');
}

/** A signed little-endian integer of any size; a number where that is exact. */
function integer(bytes: Buffer): number | bigint {
  let value = 0n;
  for (const byte of Buffer.from(bytes).reverse()) value = value * 256n + BigInt(byte);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

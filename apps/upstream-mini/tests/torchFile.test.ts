import { InputError } from '@bit-repro/artifacts';
import { describe, expect, it } from 'vitest';
import { readPickle } from '../src/teacher/pickle.ts';
import { readTorchFile } from '../src/teacher/torchFile.ts';
import { fixture } from './fixture.ts';

type Name = 'sound' | 'zip' | 'list' | 'number' | 'half' | 'hostile' | 'hostilePickle';
const files = fixture('torch-files') as Record<Name, string>;
const bytesOf = (name: Name): Buffer => Buffer.from(files[name], 'base64');
const pickle = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );

describe('a file saved by PyTorch', () => {
  it('gives its float tensors in C order, including views and transposes', () => {
    const tensors = [...readTorchFile(bytesOf('sound'))].map(([name, { shape, data }]) => [
      name,
      shape,
      [...data],
    ]);
    expect(tensors).toEqual([
      ['matrix', [2, 3], [0, 1, 2, 3, 4, 5]],
      ['turned', [3, 2], [0, 3, 1, 4, 2, 5]],
      ['row', [3], [3, 4, 5]],
    ]);
  });

  it.each([
    ['of the newer format', 'zip', /protocol|instruction/],
    ['of a list', 'list', /dictionary of tensors/],
    ['of a number', 'number', /tensor named "lr"/],
    ['of half floats', 'half', /storages of floats and integers/],
    ['with a call of the system', 'hostile', /found (posix|nt)\.system/],
  ] as const)('is refused if it is %s', (_, name, message) => {
    expect(() => readTorchFile(bytesOf(name))).toThrow(message);
    expect(() => readTorchFile(bytesOf(name))).toThrow(InputError);
  });

  it('is refused wherever it is truncated', () => {
    const whole = bytesOf('sound');
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readTorchFile(whole.subarray(0, length))).toThrow(InputError);
    }
  });

  it('is refused, or is a different file of tensors, if any byte is changed', () => {
    const whole = bytesOf('sound');
    for (let position = 0; position < whole.length; position += 1) {
      const altered = Buffer.from(whole);
      altered[position] = altered[position]! ^ 0x55;
      try {
        expect(readTorchFile(altered)).toBeInstanceOf(Map);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }
  });
});

describe('a pickle with very many items', () => {
  const many = 200_000;
  const keys = Array.from({ length: many }, (_, index) => String(index).padStart(6, '0'));
  const entries = keys.map((key) => `X\x06\0\0\0${key}N`).join('');

  it.each([
    ['added to a list', pickle([0x80, 2], '](', 'N'.repeat(many), 'e.'), many],
    ['elements of a tuple', pickle([0x80, 2], '(', 'N'.repeat(many), 't.'), many],
  ])('is read if they are %s', (_, bytes, length) => {
    expect(readPickle(bytes, 0).value).toHaveLength(length);
  });

  it('is read if they are set in a dictionary', () => {
    expect(readPickle(pickle([0x80, 2], '}(', entries, 'u.'), 0).value).toHaveProperty('size', many);
  });

  it.each([
    ['lists', pickle([0x80, 2], ']'.repeat(many), 'a'.repeat(many - 1), '.')],
    ['tuples', pickle([0x80, 2], 'N', new Array<number>(many).fill(0x85), '.')],
    ['marks', pickle([0x80, 2], '('.repeat(many), 't'.repeat(many), '.')],
  ])('is read if %s are nested', (_, bytes) => {
    expect(Array.isArray(readPickle(bytes, 0).value)).toBe(true);
  });

  it.each([
    ['shape', pickle([0x80, 2], 'ctorch._utils\n_rebuild_tensor_v2\n(', 'N'.repeat(many), 'tR.')],
    ['storage', pickle([0x80, 2], '(', 'N'.repeat(many), 'tQ.')],
  ])('is refused if they are the arguments of a %s', (_, bytes) => {
    expect(() => readPickle(bytes, 0)).toThrow(InputError);
  });
});

describe('a pickle', () => {
  it.each([
    ['that calls the system', bytesOf('hostilePickle'), /found (posix|nt)\.system/],
    ['of another protocol', pickle([0x80, 4], 'N.'), /protocol 2/],
    ['with an unknown instruction', pickle([0x80, 2], 'i.'), 'plain data at byte 3 of the pickle, found `i`'],
    ['that builds an object', pickle([0x80, 2], 'cos\nsystem\n)\x81.'), /plain data/],
    ['that ends early', pickle([0x80, 2], 'X', [255, 255, 255, 127]), /2147483647 more bytes/],
    ['that takes from an empty stack', pickle([0x80, 2], '.'), /a value/],
    ['that recalls an unknown value', pickle([0x80, 2], 'h', [9], '.'), /stored value/],
    ['with a name that has no end', pickle([0x80, 2], 'cos'), /end of a line/],
    ['with a number as key', pickle([0x80, 2], '}K', [1], 'K', [2], 's.'), /string as key/],
    ['that never ends', pickle([0x80, 2], 'N'.repeat(1_000_001)), /instructions/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readPickle(bytes, 0)).toThrow(message);
  });
});

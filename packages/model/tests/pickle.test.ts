import { InputError } from '@bit-repro/artifacts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPickle } from '../src/index.ts';

const pickle = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );

describe('a pickle of plain values', () => {
  it.each([
    ['nothing', 'N', null],
    ['true', '\x88', true],
    ['false', '\x89', false],
    ['a byte', 'K\xff', 255],
    ['two bytes', 'M\x01\x02', 513],
    ['four bytes with a sign', 'J\xfe\xff\xff\xff', -2],
    ['a long integer', '\x8a\x05\0\0\0\0\x01', 2 ** 32],
    ['a negative long integer', '\x8a\x01\xff', -1],
    ['an integer beyond 2^53', '\x8a\x08\x01\0\0\0\0\0\0\x40', 2n ** 62n + 1n],
    ['a float', 'G\x3f\xb9\x99\x99\x99\x99\x99\x9a', 0.1],
    ['a text', 'X\x02\0\0\0\xc3\xa4', 'ä'],
    ['a tuple of three', 'K\x01K\x02K\x03\x87', [1, 2, 3]],
    ['a dictionary', '}K\x01Ns', new Map([[1, null]])],
    ['an ordered dictionary', 'ccollections\nOrderedDict\n)R}b', new Map()],
  ])('gives %s', (_, code, value) => {
    expect(readPickle(pickle([0x80, 2], code, '.'), 0).value).toEqual(value);
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
    [
      'that calls the system',
      pickle([0x80, 2], 'cposix\nsystem\n', 'X\x06\0\0\0exit 7\x85R.'),
      /found posix\.system/,
    ],
    ['that evaluates code', pickle([0x80, 2], 'c__builtin__\neval\n.'), /found __builtin__\.eval/],
    [
      'that names a module',
      pickle([0x80, 2], 'ctorch.nn.modules.conv\nConv2d\n.'),
      /found torch\.nn\.modules\.conv\.Conv2d/,
    ],
    ['whose global could steer a terminal', pickle([0x80, 2], 'c\x1b[2J\nx\n.'), /found \\u001b\[2J\.x/],
    ['of another protocol', pickle([0x80, 4], 'N.'), /protocol 2/],
    ['with an unknown instruction', pickle([0x80, 2], 'i.'), 'plain data at byte 3 of the pickle, found `i`'],
    ['that builds an object', pickle([0x80, 2], ')\x81.'), /plain data/],
    ['that ends early', pickle([0x80, 2], 'X', [255, 255, 255, 127]), /2147483647 more bytes/],
    ['that takes from an empty stack', pickle([0x80, 2], '.'), /a value/],
    ['that recalls an unknown value', pickle([0x80, 2], 'h', [9], '.'), /stored value/],
    ['with a name that has no end', pickle([0x80, 2], 'cos'), /end of a line/],
    ['with a list as key', pickle([0x80, 2], '}]K', [2], 's.'), /string or a number as key/],
    ['that gives attributes to a list', pickle([0x80, 2], ']}b.'), /a dictionary/],
    ['that calls a storage', pickle([0x80, 2], 'ctorch\nFloatStorage\n)R.'), /another call/],
    ['of a storage in another form', pickle([0x80, 2], 'X\x01\0\0\0xQ.'), /a storage/],
    ['that never ends', pickle([0x80, 2], 'N'.repeat(1_000_001)), /instructions/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readPickle(bytes, 0)).toThrow(message);
  });
});

it('never fails without an explanation, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        readPickle(Buffer.concat([Buffer.from([0x80, 2]), bytes]), 0);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
  );
});

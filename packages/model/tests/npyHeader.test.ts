import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNpyHeader, parseNpyHeader } from '../src/npz/npyHeader.ts';
import { npy } from './npzFiles.ts';

const parse = (text: string): unknown => parseNpyHeader(npy(text, Buffer.alloc(0)));

describe('the header of an npy file', () => {
  it.each<[string, string, object]>([
    ['written by NumPy', "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   ", { shape: [3, 4] }],
    ['without spaces', "{'descr':'<f4','fortran_order':False,'shape':(3,4)}", { shape: [3, 4] }],
    [
      'with its keys in another order',
      "{'shape': (3,), 'descr': '<f4', 'fortran_order': False}",
      { shape: [3] },
    ],
    ['of a scalar', "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", { shape: [] }],
    [
      "with Python 2's long integers",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 4L), }",
      { shape: [3, 4] },
    ],
    [
      'big endian',
      "{'descr': '>f8', 'fortran_order': False, 'shape': (2,), }",
      { type: 'float64', littleEndian: false },
    ],
    [
      'in Fortran order',
      "{'descr': '<f2', 'fortran_order': True, 'shape': (2,), }",
      { type: 'float16', fortranOrder: true },
    ],
  ])('is read if it is %s', (_, text, expected) => {
    expect(parse(text)).toMatchObject(expected);
  });

  it.each([
    ['a call', "__import__('os').system('true')"],
    ['a call in the shape', "{'descr': '<f4', 'fortran_order': False, 'shape': (f(1),), }"],
    ['arithmetic in the shape', "{'descr': '<f4', 'fortran_order': False, 'shape': (2*3,), }"],
    ['a negative size', "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"],
    ['a shape that is not a tuple', "{'descr': '<f4', 'fortran_order': False, 'shape': (3), }"],
    ['a shape that is a list', "{'descr': '<f4', 'fortran_order': False, 'shape': [3], }"],
    [
      'a size too large for an integer',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    ],
    ['a missing key', "{'descr': '<f4', 'shape': (3,), }"],
    ['an unknown key', "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'more': True}"],
    ['a duplicate key', "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}"],
    ['an order that is not a boolean', "{'descr': '<f4', 'fortran_order': '0', 'shape': (3,), }"],
    ['text after the end', "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), } + 1"],
    ['no end', "{'descr': '<f4', 'fortran_order': False, 'shape': (3,),"],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(() => parse(text)).toThrow(/^expected (a header|a shape)/u);
  });

  it.each([
    ["'<i8'", /elements of type '<i8'/u],
    ["'|b1'", /elements of type/u],
    ["'|V2'", /elements of type/u],
    ["'<f16'", /elements of type/u],
    ["[('a', '<f4'), ('b', '<f4')]", /elements of type/u],
    ["'|O'", /pickled Python objects/u],
    ["'O'", /pickled Python objects/u],
  ])('is refused for elements %s', (descr, message) => {
    expect(() => parse(`{'descr': ${descr}, 'fortran_order': False, 'shape': (3,), }`)).toThrow(message);
  });

  it.each<[string, Buffer, RegExp]>([
    ['another magic string', Buffer.from('\x93NUMPX\x01\x00', 'latin1'), /other bytes/u],
    ['version 4.0', npy("{'a'}", Buffer.alloc(0), [4, 0]), /found 4\.0/u],
    ['version 1.1', npy("{'a'}", Buffer.alloc(0), [1, 1]), /found 1\.1/u],
    ['a truncated length', Buffer.from('\x93NUMPY\x01\x00\x10', 'latin1'), /first bytes only/u],
    ['a truncated text', npy("{'descr'}", Buffer.alloc(0)).subarray(0, 15), /first bytes only/u],
    ['a length of 4 GB', Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\xff', 'latin1'), /at most 10000 bytes/u],
  ])('is refused with %s', (_, bytes, message) => {
    expect(() => parseNpyHeader(bytes)).toThrow(message);
  });

  it('of any shape is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), fc.constantFrom('LE', 'BE'), (shape, order) => {
        const bytes = formatNpyHeader('float32', shape, order);
        expect(bytes.length % 64).toBe(0);
        expect(parseNpyHeader(bytes)).toEqual({
          type: 'float32',
          littleEndian: order === 'LE',
          fortranOrder: false,
          shape,
          dataOffset: bytes.length,
        });
      }),
    );
  });

  it('never fails without an explanation, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toHaveProperty('remedy');
        }
      }),
    );
  });
});

import { InputError } from '@bit-repro/artifacts';
import { describe, expect, it } from 'vitest';
import { readTorchFile } from '../src/teacher/torchFile.ts';
import { fixture } from './fixture.ts';

type Name = 'sound' | 'zip' | 'list' | 'number' | 'half' | 'hostile';
const files = fixture('torch-files') as Record<Name, string>;
const bytesOf = (name: Name): Buffer => Buffer.from(files[name], 'base64');
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

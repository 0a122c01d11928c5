import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { architectureNamed, parameterShapes, type ParameterShape } from '../src/index.ts';
import { rowMajorStrides } from '../src/stored/elements.ts';
import type { StoredTensor } from '../src/stored/storedTensor.ts';
import { requireTensors } from '../src/weightsFile/compare.ts';
import { axesOf, bitPytorch, published, recognise, storedAs, timm } from '../src/weightsFile/naming.ts';
import { fixture } from './weightsFiles.ts';

const parameters = parameterShapes(architectureNamed('R50x3'), 21_843);
const asStored = ({ name, shape }: ParameterShape): StoredTensor => ({
  name,
  shape,
  type: 'float32',
  strides: rowMajorStrides(shape),
  read: () => Promise.resolve(new Float32Array()),
});

describe.each([timm, bitPytorch])('the names and shapes of $library', (naming) => {
  it.each(Object.keys(fixture.names))('are those of its %s', (architecture) => {
    const lines = parameterShapes(architectureNamed(architecture), 21_843).map((parameter) => {
      const { name, shape } = storedAs(naming, parameter);
      return `${name} ${shape.join(',')}\n`;
    });
    const digest = createHash('sha256').update(lines.sort().join('')).digest('hex');
    expect(digest).toBe(fixture.names[architecture]![naming.library as 'timm' | 'bit_pytorch']);
  });

  it('are recognised, in any order', () => {
    const tensors = parameters.map((parameter) => asStored(storedAs(naming, parameter))).reverse();
    expect(recognise(tensors)).toMatchObject({ naming, tensors: tensors.map(({ name }) => ({ name })) });
  });

  it.each(['module.', '_orig_mod.', 'module._orig_mod.'])('are recognised with %s before each', (prefix) => {
    const tensors = parameters.map((parameter) => asStored(storedAs(naming, parameter)));
    const wrapped = tensors.map((tensor) => ({ ...tensor, name: `${prefix}${tensor.name}` }));
    expect(recognise(wrapped).tensors.map(({ name }) => name)).toEqual(tensors.map(({ name }) => name));
  });

  it('are recognised with a head of two axes', () => {
    const tensors = parameters.map((parameter) => {
      const stored = storedAs(naming, parameter);
      return asStored(stored.shape[0] === 21_843 ? { ...stored, shape: stored.shape.slice(0, 2) } : stored);
    });
    expect(() => {
      requireTensors('weights.pth', parameters, recognise(tensors).tensors, naming);
    }).not.toThrow();
  });

  it('are named in errors as in the file', () => {
    const [first, ...others] = parameters.map((parameter) => storedAs(naming, parameter));
    const found = [{ ...first!, shape: [64, 3, 7, 7] }, ...others.slice(1)];
    expect(() => {
      requireTensors('weights.pth', parameters, found, naming);
    }).toThrow(
      `found ${found.length}: tensor ${first!.name} of shape [64, 3, 7, 7] instead of [192, 3, 7, 7]; no tensor ${others[0]!.name} of shape [192]`,
    );
  });

  it('have axes that lead back to the published ones', () => {
    for (const parameter of parameters) {
      const { shape } = storedAs(naming, parameter);
      expect(axesOf(naming, { shape }).map((axis) => shape[axis])).toEqual(parameter.shape);
    }
  });
});

describe('names', () => {
  it('with a prefix on some only stay as they are', () => {
    const names = ['module.stem.conv.weight', 'stem.conv.weight'];
    const { tensors } = recognise(names.map((name) => asStored({ name, shape: [1] })));
    expect(tensors.map(({ name }) => name)).toEqual(names);
  });

  it('of no known library count as published ones', () => {
    const tensors = [asStored({ name: 'conv1.weight', shape: [64, 3, 7, 7] })];
    expect(recognise(tensors)).toEqual({ naming: published, tensors });
  });
});

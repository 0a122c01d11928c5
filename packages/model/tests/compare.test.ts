import { describe, expect, it } from 'vitest';
import { architectureNamed, architectureNames, parameterShapes, type ParameterShape } from '../src/index.ts';
import { requireTensors, identifyArchitecture } from '../src/weightsFile/compare.ts';

describe('the tensors of a file', () => {
  it.each(architectureNames)('show that it contains %s', (name) => {
    const tensors = parameterShapes(architectureNamed(name), 21_843).toReversed();
    expect(identifyArchitecture(tensors)).toEqual({ architecture: name, classes: 21_843 });
  });

  it('show this without a head, too', () => {
    const body = parameterShapes(architectureNamed('R50x3'), 10).slice(0, -2);
    expect(identifyArchitecture(body)).toEqual({ architecture: 'R50x3' });
  });

  it('show nothing if one is missing', () => {
    expect(identifyArchitecture(parameterShapes(architectureNamed('R50x3'), 10).slice(1))).toBeUndefined();
  });

  it.each([
    ['another width', 'R50x1', 'R50x3', 10],
    ['another depth', 'R101x1', 'R50x1', 10],
    ['another width and head', 'R50x1', 'R50x3', 1_000],
  ])('with %s are refused, with the architecture of the file', (_, wanted, held, classes) => {
    const expected = parameterShapes(architectureNamed(wanted), 10);
    const found = parameterShapes(architectureNamed(held), classes);
    expect(() => {
      requireTensors('weights.npz', expected, found);
    }).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: `Expected weights of ${wanted} in weights.npz, found those of ${held} with a head of ${classes} classes`,
        remedy: `Use the architecture ${held}, or another file.`,
      }) as Error,
    );
  });

  const r50x1 = architectureNamed('R50x1');
  const refused = (found: readonly ParameterShape[], remedy: string): void => {
    expect(() => {
      requireTensors('weights.npz', parameterShapes(r50x1, 10), found);
    }).toThrow(expect.objectContaining({ name: 'InputError', remedy }) as Error);
  };

  it('are refused because of the head if only that differs', () => {
    refused(
      parameterShapes(r50x1, 1_000),
      'The file holds R50x1 with a head of 1000 classes: use one with a head of 10 classes.',
    );
  });

  it('are refused because of the head if it is missing', () => {
    refused(
      parameterShapes(r50x1, 10).slice(0, -2),
      'The file holds R50x1 without a head: use one with a head of 10 classes.',
    );
  });

  it.each<[string, (name: string) => string]>([
    ['a prefix', (name) => `params/${name}`],
    ['the suffix of TensorFlow’s variables', (name) => `${name}:0`],
    ['no prefix', (name) => name.replace('resnet/', '')],
    ['both', (name) => `model/params/${name}:0`],
  ])('are recognised if their names have %s', (_, renamed) => {
    const found = parameterShapes(r50x1, 10).map(({ name, shape }) => ({ name: renamed(name), shape }));
    const first = parameterShapes(r50x1, 10)[0]!.name;
    refused(
      found,
      `The file holds R50x1 with a head of 10 classes under other names: rename its tensors, for example ${renamed(first)} to ${first}.`,
    );
  });
});

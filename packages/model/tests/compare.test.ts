import { describe, expect, it } from 'vitest';
import { architectureNamed, architectureNames, identifyArchitecture, parameterShapes } from '../src/index.ts';
import { requireTensors } from '../src/npz/compare.ts';

describe('the tensors of a file', () => {
  it.each(architectureNames)('tell that it holds %s', (name) => {
    const tensors = parameterShapes(architectureNamed(name), 21_843).toReversed();
    expect(identifyArchitecture(tensors)).toEqual({ architecture: name, classes: 21_843 });
  });

  it('tell so without a head, too', () => {
    const body = parameterShapes(architectureNamed('R50x3'), 10).slice(0, -2);
    expect(identifyArchitecture(body)).toEqual({ architecture: 'R50x3' });
  });

  it('tell nothing when one is missing', () => {
    expect(identifyArchitecture(parameterShapes(architectureNamed('R50x3'), 10).slice(1))).toBeUndefined();
  });

  it.each([
    ['another width', 'R50x1', 'R50x3', 10],
    ['another depth', 'R101x1', 'R50x1', 10],
    ['a head of other classes', 'R50x1', 'R50x1', 1_000],
  ])('of %s are refused with what the file holds', (_, wanted, held, classes) => {
    const expected = parameterShapes(architectureNamed(wanted), 10);
    const found = parameterShapes(architectureNamed(held), classes);
    const remedy = `The file holds ${held} with a head of ${classes} classes: use that architecture, or another file.`;
    expect(() => {
      requireTensors('weights.npz', expected, found);
    }).toThrow(expect.objectContaining({ name: 'ModelError', remedy }) as Error);
  });
});

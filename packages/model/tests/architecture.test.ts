import { InputError } from '@bit-repro/artifacts';
import { describe, expect, it } from 'vitest';
import { architectureNamed, architectureNames, countParameters } from '../src/index.ts';
import { unitsOf } from '../src/architecture.ts';

describe('architectures', () => {
  it.each([
    // Computed by the official code; mini by timm.
    ['R50x1', 23_500_352],
    ['R50x3', 211_174_080],
    ['R101x1', 42_492_480],
    ['R101x3', 381_789_888],
    ['R152x2', 232_238_208],
    ['R152x4', 928_340_224],
    ['mini', 3_492_768],
  ])('%s has %d parameters without its head', (name, parameters) => {
    expect(countParameters(architectureNamed(name))).toBe(parameters);
  });

  it.each(architectureNames)('%s halves its resolution in the first unit of three blocks', (name) => {
    const strided = unitsOf(architectureNamed(name)).filter(({ stride }) => stride === 2);
    expect(strided.map(({ path }) => path)).toEqual([
      'resnet/block2/unit01',
      'resnet/block3/unit01',
      'resnet/block4/unit01',
    ]);
  });

  it.each(architectureNames)('%s has a multiple of 32 channels before every group norm', (name) => {
    for (const { input, middle, output } of unitsOf(architectureNamed(name))) {
      expect([input % 32, middle % 32, output % 32]).toEqual([0, 0, 0]);
    }
  });

  it('lists the known names if asked for another', () => {
    expect(() => architectureNamed('R50x2')).toThrow(InputError);
    expect(() => architectureNamed('R50x2')).toThrow(/R50x1, .*mini, found R50x2/);
  });
});

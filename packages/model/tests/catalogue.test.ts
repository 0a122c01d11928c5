import { describe, expect, it } from 'vitest';
import { catalogue, findModel } from '../src/index.ts';

/** Computed from the official PyTorch code, without the head. */
const parameters: Record<string, number> = {
  R50x1: 23_500_352,
  R50x3: 211_174_080,
  R101x1: 42_492_480,
  R101x3: 381_789_888,
  R152x2: 232_238_208,
  R152x4: 928_340_224,
};

describe('the catalogue', () => {
  it('contains BiT-S and BiT-M in six architectures', () => {
    const names = ['BiT-S', 'BiT-M'].flatMap((family) =>
      Object.keys(parameters).map((architecture) => `${family}-${architecture}`),
    );
    expect(catalogue.map(({ name }) => name)).toEqual(names);
  });

  it.each(Object.entries(parameters))('counts the parameters of %s', (architecture, count) => {
    expect(findModel(`BiT-S-${architecture}`).parameters).toBe(count);
    expect(findModel(`BiT-M-${architecture}`).parameters).toBe(count);
  });

  it('contains the origin of a model', () => {
    expect(findModel('BiT-M-R50x3')).toMatchObject({
      architecture: { name: 'R50x3', width: 3 },
      upstream: 'ImageNet-21k',
      url: 'https://storage.googleapis.com/bit_models/BiT-M-R50x3.npz',
      headClasses: 21_843,
      licence: 'Apache-2.0',
    });
    expect(findModel('BiT-S-R101x1')).toMatchObject({ upstream: 'ILSVRC-2012', headClasses: 1_000 });
  });

  it.each(['BiT-L-R50x1', 'bit-m-r50x3', 'R50x3', 'mini', ''])('has no %j, and lists its models', (name) => {
    expect(() => findModel(name)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        remedy: expect.stringContaining('BiT-S-R50x1, BiT-S-R50x3') as string,
      }) as Error,
    );
  });
});

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
  it('contains BiT-S and BiT-M in six architectures, BiT-M fine-tuned in the same, and those of the distillation', () => {
    const inEach = (of: (architecture: string) => string): string[] => Object.keys(parameters).map(of);
    expect(catalogue.map(({ name }) => name)).toEqual([
      ...inEach((architecture) => `BiT-S-${architecture}`),
      ...inEach((architecture) => `BiT-M-${architecture}`),
      ...inEach((architecture) => `BiT-M-${architecture}-ILSVRC2012`),
      'BiT-R50x1-distilled-224',
      'BiT-R50x1-distilled-160',
      'BiT-M-R152x2-teacher-224',
      'BiT-M-R152x2-teacher-384',
    ]);
  });

  it('has models of different names and addresses', () => {
    for (const key of ['name', 'url'] as const)
      expect(new Set(catalogue.map((model) => model[key])).size).toBe(catalogue.length);
  });

  /** The addresses in the official README. */
  it.each([
    ['BiT-M-R50x1-ILSVRC2012', 'R50x1', 'BiT-M-R50x1-ILSVRC2012.npz'],
    ['BiT-R50x1-distilled-224', 'R50x1', 'distill/R50x1_224.npz'],
    ['BiT-R50x1-distilled-160', 'R50x1', 'distill/R50x1_160.npz'],
    ['BiT-M-R152x2-teacher-224', 'R152x2', 'distill/R152x2_T_224.npz'],
    ['BiT-M-R152x2-teacher-384', 'R152x2', 'distill/R152x2_T_384.npz'],
  ])('contains %s with a head for ILSVRC-2012', (name, architecture, path) => {
    expect(findModel(name)).toMatchObject({
      architecture: { name: architecture },
      url: `https://storage.googleapis.com/bit_models/${path}`,
      headClasses: 1_000,
    });
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

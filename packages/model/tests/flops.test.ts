import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { architectureNamed, imageCost } from '../src/index.ts';

interface Fixture {
  images: { architecture: string; px: number; classes: number; forward: number; trained: number }[];
}

const { images } = JSON.parse(
  readFileSync(new URL('fixtures/flops.json', import.meta.url), 'utf8'),
) as Fixture;

describe('the cost of an image', () => {
  it.each(images)(
    'has the operations that PyTorch counts: $architecture at $px px',
    ({ architecture, px, classes, forward, trained }) => {
      expect(imageCost(architectureNamed(architecture), px, classes)).toMatchObject({ forward, trained });
    },
  );

  it('has the activations of a network small enough to add up by hand', () => {
    // At 4 px, everything after the root (2 px) is one pixel. Channels of mini: root 32, then 128, 256, 512,
    // 1024.
    const root = 32 * 4 + 32;
    const unit = (input: number, middle: number, output: number, projected: boolean): number =>
      input + middle + middle + middle + middle + output + output + (projected ? output : 0);
    const blocks = [128, 256, 512, 1024].map((output, block) => {
      const input = block === 0 ? 32 : output / 2;
      return unit(input, output / 4, output, true) + unit(output, output / 4, output, false);
    });
    const { activations } = imageCost(architectureNamed('mini'), 4, 10);
    expect(activations).toBe(root + blocks.reduce((sum, one) => sum + one) + 1024);
  });
});

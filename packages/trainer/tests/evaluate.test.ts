import type { ImageSet } from '@bit-repro/data';
import { meanCrossEntropy, topK } from '@bit-repro/metrics';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/evaluate.ts';

/** Images that hold their own number, and a network that looks their logits up. */
function madeUp(count: number, classes: number): { set: ImageSet; all: Float32Array; network: Network } {
  const random = xoroshiro128plus(5);
  const all = Float32Array.from({ length: count * classes }, () => 4 * uniformFloat64(random));
  const images = new Uint8Array(count * 3072);
  const labels = Uint16Array.from({ length: count }, (_, image) => (image * 7919) % classes);
  for (let image = 0; image < count; image += 1) images.set([image % 256, image >> 8], image * 3072);
  const logits = (batch: Uint8Array): Float32Array => {
    const first = batch[0]! + 256 * batch[1]!;
    return all.slice(first * classes, (first + batch.length / 3072) * classes);
  };
  return { set: { images, labels, count }, all, network: { logits } };
}
type Network = Parameters<typeof evaluate>[0];

describe('evaluate', () => {
  it.each([
    [1000, 100],
    [1000, 7],
    [21_843, 64],
  ])('scores %d classes in batches of %d as if at once', async (classes, batch) => {
    const { set, all, network } = madeUp(300, classes);
    const found = await evaluate(network, set, { classes, batch });
    expect(found).toEqual({
      top1: topK(all, set.labels, classes, 1),
      top5: topK(all, set.labels, classes, 5),
      loss: expect.closeTo(meanCrossEntropy(all, set.labels, classes), 10) as number,
      samples: 300,
    });
  });

  it.each([
    [5, false],
    [6, true],
  ])('of %d classes has a top-5: %s', async (classes, expected) => {
    const { set, network } = madeUp(50, classes);
    expect('top5' in (await evaluate(network, set, { classes, batch: 20 }))).toBe(expected);
  });
});

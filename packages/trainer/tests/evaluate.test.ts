import { HeldImages } from '@bit-repro/data';
import { meanCrossEntropy, predict, topK } from '@bit-repro/metrics';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/evaluate.ts';

/** Images that hold their own number, and a network that looks their logits up. */
function madeUp(count: number, classes: number): { held: HeldImages; all: Float32Array; network: Network } {
  const random = xoroshiro128plus(5);
  const all = Float32Array.from({ length: count * classes }, () => 4 * uniformFloat64(random));
  const pixels = new Uint8Array(count * 3072);
  const labels = Uint16Array.from({ length: count }, (_, image) => (image * 7919) % classes);
  for (let image = 0; image < count; image += 1) pixels.set([image % 256, image >> 8], image * 3072);
  const logits = (batch: Uint8Array): Float32Array => {
    const first = batch[0]! + 256 * batch[1]!;
    return all.slice(first * classes, (first + batch.length / 3072) * classes);
  };
  return { held: new HeldImages(pixels, labels, { height: 32, width: 32 }), all, network: { logits } };
}
type Network = Parameters<typeof evaluate>[0];

describe('evaluate', () => {
  it.each([
    [1000, 100],
    [1000, 7],
    [21_843, 64],
  ])('scores %d classes in batches of %d as if at once', async (classes, batch) => {
    const { held, all, network } = madeUp(300, classes);
    const { scores, predictions } = await evaluate(network, held, { classes, crop: 32, batch });
    const { predicted, probabilities } = predict(all, classes);
    expect(predictions).toEqual({
      labels: held.labels,
      predicted,
      confidence: Uint16Array.from(probabilities, (probability) => Math.round(65_535 * probability)),
    });
    expect(scores).toEqual({
      top1: topK(all, held.labels, classes, 1),
      top5: topK(all, held.labels, classes, 5),
      loss: expect.closeTo(meanCrossEntropy(all, held.labels, classes), 10) as number,
      samples: 300,
    });
  });

  it('gives the images of each batch back, with no more than three read at a time', async () => {
    const { held, network } = madeUp(100, 3);
    const out = new Set<Uint8Array>();
    let most = 0;
    const images = {
      labels: held.labels,
      count: held.count,
      sizeFor: () => held.size,
      read: async (indices: ArrayLike<number>) => {
        const pixels = await held.read(indices);
        most = Math.max(most, out.add(pixels).size);
        return pixels;
      },
      release: (pixels: Uint8Array) => {
        expect(out.delete(pixels)).toBe(true);
      },
    };
    await evaluate(network, images, { classes: 3, crop: 32, batch: 9 });
    expect([out.size, most]).toEqual([0, 3]);
  });

  it.each([
    [5, false],
    [6, true],
  ])('of %d classes has a top-5: %s', async (classes, expected) => {
    const { held, network } = madeUp(50, classes);
    const { scores } = await evaluate(network, held, { classes, crop: 32, batch: 20 });
    expect('top5' in scores).toBe(expected);
  });
});

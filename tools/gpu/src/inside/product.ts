// TFLOP/s of a large matrix product through TensorFlow: the card's own limit, in the precision that the environment leaves.
import { loadEngine, provision, type Rank } from '@bit-repro/engine';
import { isSmall } from '../settings.ts';

const side = isSmall ? 512 : 8192;
const products = 8;

const { tf } = loadEngine(await provision());
// Small enough that products stay about as large.
const bound = Math.sqrt(3 / side);
const factor = tf.randomUniform<Rank.R2>([side, side], -bound, bound, 'float32', 0);
/** Seconds of products one after another; reading one element waits for all. */
const seconds = (count: number): number => {
  const start = performance.now();
  tf.tidy(() => {
    let product = factor;
    for (let done = 0; done < count; done += 1) product = tf.matMul(product, factor);
    product.slice([0, 0], [1, 1]).dataSync();
  });
  return (performance.now() - start) / 1000;
};
seconds(1);
// The difference leaves out what starting and reading cost.
const times = [1, 2, 3].map(() => seconds(1 + products) - seconds(1));
const tflops = (products * 2 * side ** 3) / Math.min(...times) / 1e12;
process.stdout.write(`\n${JSON.stringify({ tflops })}\n`);

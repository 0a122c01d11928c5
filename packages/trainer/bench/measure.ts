// Images per second that a network with random weights trains and evaluates, beside the machine's own limit.
import { writeFileSync } from 'node:fs';
import { drawCropsAndFlips } from '@bit-repro/data';
import { loadEngine, provision, requireProducts, type TensorFlow } from '@bit-repro/engine';
import { architectureNamed, imageCost, randomWeights, type Weights } from '@bit-repro/model';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { compiledNetwork } from '../src/compiledNetwork.ts';
import type { TrainableNetwork } from '../src/network.ts';
import { askedPrecision, options } from './options.ts';

const [size, px, steps] = [options['micro-batch'], options.px, options.steps].map(Number) as [
  number,
  number,
  number,
];
const classes = 10;
const imageSize = { height: 32, width: 32 };
const architecture = architectureNamed(options.model);

const seconds = (work: () => void): number => {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** GFLOP/s of a large matrix product of float32 tensors in the same TensorFlow. */
function gemm(tf: TensorFlow, side = 2048): number {
  const [a, b] = [tf.ones([side, side]), tf.ones([side, side])];
  const times = Array.from({ length: 5 }, () => seconds(() => tf.matMul(a, b).sum().dataSync()));
  return (2 * side ** 3) / Math.min(...times) / 1e9;
}

const { tf, installation } = loadEngine(await provision());
const precision = askedPrecision();
requireProducts(tf, { tensorFloat32: precision === 'tensorfloat32' });
const random = xoroshiro128plus(1);
const micro = {
  images: Uint8Array.from({ length: size * 32 * 32 * 3 }, (_, byte) => (byte * 31) % 256),
  labels: Int32Array.from({ length: size }, (_, image) => image % classes),
  cropsAndFlips: drawCropsAndFlips(size, { resize: Math.round(px * 1.25), crop: px }, random),
};
const gemmGflops = gemm(tf);

/** A separate function, so that nothing keeps the weights in host memory. */
const open = (weights: Weights): TrainableNetwork =>
  compiledNetwork(tf, {
    architecture,
    weights,
    classes,
    imageSize: { train: imageSize, test: imageSize },
    resize: Math.round(px * 1.25),
    crop: px,
    precision,
  });
let weights: Weights | undefined = randomWeights(architecture, classes, random);
const start = performance.now();
const network = open(weights);
weights = undefined;
globalThis.gc?.();
const losses: number[] = [];
const step = (): void => {
  losses.push(network.step(micro, { learningRate: 0.001, momentum: 0.9 }));
};
step();
const secondsToFirstStep = (performance.now() - start) / 1000;
step();
const trainSeconds = median(Array.from({ length: steps }, () => seconds(step)));
network.logits(micro.images);
const evalSeconds = median(Array.from({ length: steps }, () => seconds(() => network.logits(micro.images))));

const flops = imageCost(architecture, px, classes);
const result = {
  model: options.model,
  microBatch: size,
  precision,
  xla: options.xla,
  px,
  engine: `${installation.tensorflowVersion} (${installation.flavour})`,
  train: { imagesPerSecond: size / trainSeconds },
  eval: { imagesPerSecond: size / evalSeconds },
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
  secondsToFirstStep,
  /** Losses of all steps on the same images, to check whether two ways of computing agree. */
  losses,
  gemmGflops,
  trainGflops: ((size / trainSeconds) * flops.trained) / 1e9,
};
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);

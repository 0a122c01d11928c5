import type { Rank, Tensor, Tensor2D, Tensor4D, TensorFlow } from '@bit-repro/engine';
import { headChannels, unitsOf, type Architecture, type Unit } from './architecture.ts';
import { groupNormRelu } from './groupNorm.ts';
import { finalNorm, headBias, headKernel, rootKernel, unitKernel, unitNorm } from './parameters.ts';
import { convolve, zeroPaddedMaxPool } from './spatial.ts';

/** Parameters by name, with standardised kernels. */
export type Standardised = ReadonlyMap<string, Tensor>;

/** Logits: images [N, H, W, 3] in [-1, 1] -> [N, classes]. */
export function logits(
  tf: TensorFlow,
  architecture: Architecture,
  parameters: Standardised,
  images: Tensor4D,
): Tensor2D {
  const features = pooledFeatures(tf, architecture, parameters, images);
  const kernel = get(parameters, headKernel);
  const classes = kernel.shape.at(-1)!;
  const matrix = tf.reshape<Rank.R2>(kernel, [headChannels(architecture), classes]);
  return tf.add(tf.matMul(features, matrix), get(parameters, headBias));
}

/** The input of the head: images [N, H, W, 3] in [-1, 1] -> [N, 2048 width]. */
export function pooledFeatures(
  tf: TensorFlow,
  architecture: Architecture,
  parameters: Standardised,
  images: Tensor4D,
): Tensor2D {
  let x = convolve(tf, images, get(parameters, rootKernel) as Tensor4D, 2);
  x = zeroPaddedMaxPool(tf, x);
  for (const unit of unitsOf(architecture)) x = residualUnit(tf, unit, parameters, x);
  x = normRelu(tf, parameters, finalNorm, x);
  const [, height, width] = x.shape;
  return tf.mul(tf.sum(x, [1, 2]), 1 / (height * width));
}

function residualUnit(tf: TensorFlow, unit: Unit, parameters: Standardised, x: Tensor4D): Tensor4D {
  const { path, stride, projected } = unit;
  const conv = (name: 'a' | 'b' | 'c' | 'a/proj', input: Tensor4D, by: 1 | 2 = 1): Tensor4D =>
    convolve(tf, input, get(parameters, unitKernel(path, name)) as Tensor4D, by);
  const active = normRelu(tf, parameters, unitNorm(path, 'a'), x);
  const shortcut = projected ? conv('a/proj', active, stride) : x;
  let y = conv('a', active);
  y = normRelu(tf, parameters, unitNorm(path, 'b'), y);
  y = conv('b', y, stride);
  y = normRelu(tf, parameters, unitNorm(path, 'c'), y);
  return tf.add(conv('c', y), shortcut);
}

const normRelu = (tf: TensorFlow, parameters: Standardised, path: string, x: Tensor4D): Tensor4D =>
  groupNormRelu(tf, x, get(parameters, `${path}/gamma`), get(parameters, `${path}/beta`));

function get(parameters: Standardised, name: string): Tensor {
  const parameter = parameters.get(name);
  if (parameter === undefined) {
    throw new Error(`There is no parameter ${name}`);
  }
  return parameter;
}

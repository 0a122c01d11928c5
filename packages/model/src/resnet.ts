import type { Rank, Tensor, Tensor2D, Tensor4D, TensorFlow } from '@bit-repro/engine';
import { headChannels, unitsOf, type Architecture, type Unit } from './architecture.ts';
import { ModelError } from './errors.ts';
import { groupNormRelu } from './groupNorm.ts';
import { finalNorm, headBias, headKernel, rootKernel, unitKernel, unitNorm } from './parameters.ts';

/** Parameters by name, with the kernels standardised. */
export type Standardised = ReadonlyMap<string, Tensor>;

/** Class scores: images [N, H, W, 3] in [-1, 1] -> [N, classes]. */
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

/** What the head sees: images [N, H, W, 3] in [-1, 1] -> [N, 2048 width]. */
export function pooledFeatures(
  tf: TensorFlow,
  architecture: Architecture,
  parameters: Standardised,
  images: Tensor4D,
): Tensor2D {
  let x = tf.conv2d(padSpatially(tf, images, 3), get(parameters, rootKernel) as Tensor4D, 2, 'valid');
  // The pool's pad is zero, not minus infinity, as in the official code: after a convolution these differ.
  x = tf.maxPool(padSpatially(tf, x, 1), 3, 2, 'valid');
  for (const unit of unitsOf(architecture)) x = residualUnit(tf, unit, parameters, x);
  x = normRelu(tf, parameters, finalNorm, x);
  const [, height, width] = x.shape;
  return tf.mul(tf.sum(x, [1, 2]), 1 / (height * width));
}

function residualUnit(tf: TensorFlow, unit: Unit, parameters: Standardised, x: Tensor4D): Tensor4D {
  const { path, stride, projected } = unit;
  const kernel = (convolution: 'a' | 'b' | 'c' | 'a/proj'): Tensor4D =>
    get(parameters, unitKernel(path, convolution)) as Tensor4D;
  const active = normRelu(tf, parameters, unitNorm(path, 'a'), x);
  const shortcut = projected ? tf.conv2d(active, kernel('a/proj'), stride, 'valid') : x;
  let y = tf.conv2d(active, kernel('a'), 1, 'valid');
  y = normRelu(tf, parameters, unitNorm(path, 'b'), y);
  // At stride 2 TensorFlow's own 'same' would pad (0, 1) where PyTorch pads (1, 1).
  y =
    stride === 1
      ? tf.conv2d(y, kernel('b'), 1, 'same')
      : tf.conv2d(padSpatially(tf, y, 1), kernel('b'), stride, 'valid');
  y = normRelu(tf, parameters, unitNorm(path, 'c'), y);
  return tf.add(tf.conv2d(y, kernel('c'), 1, 'valid'), shortcut);
}

const normRelu = (tf: TensorFlow, parameters: Standardised, path: string, x: Tensor4D): Tensor4D =>
  groupNormRelu(tf, x, get(parameters, `${path}/gamma`), get(parameters, `${path}/beta`));

const padSpatially = (tf: TensorFlow, x: Tensor4D, size: number): Tensor4D =>
  tf.pad(x, [
    [0, 0],
    [size, size],
    [size, size],
    [0, 0],
  ]);

function get(parameters: Standardised, name: string): Tensor {
  const parameter = parameters.get(name);
  if (parameter === undefined) {
    throw new ModelError(
      `Expected a parameter ${name}, found none`,
      'Pass every parameter of the architecture.',
    );
  }
  return parameter;
}

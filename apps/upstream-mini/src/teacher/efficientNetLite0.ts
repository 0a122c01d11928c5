import type { Tensor, Tensor2D, Tensor4D, TensorFlow } from '@bit-repro/engine';
import type { Weights } from '@bit-repro/model';

/** Channels of the pooled features. */
export const teacherFeatures = 1280;
const normEpsilon = 1e-3;

/** A sequence of similar blocks. The stride applies to the first. */
interface Stage {
  repeats: number;
  kernel: 3 | 5;
  stride: 1 | 2;
}

/**
 * EfficientNet-Lite0: the stages of EfficientNet-B0, without squeeze-and-excitation and with relu6 instead of
 * swish.
 */
const stages: readonly Stage[] = [
  { repeats: 1, kernel: 3, stride: 1 },
  { repeats: 2, kernel: 3, stride: 2 },
  { repeats: 2, kernel: 5, stride: 2 },
  { repeats: 3, kernel: 3, stride: 2 },
  { repeats: 3, kernel: 5, stride: 1 },
  { repeats: 4, kernel: 5, stride: 2 },
  { repeats: 1, kernel: 3, stride: 1 },
];

/**
 * A convolution with its batch norm folded in: kernel [H, W, I, O] including the norm's scale, and shift [O].
 */
export interface FoldedLayer {
  name: string;
  kernel: { shape: number[]; data: Float32Array };
  shift: Float32Array;
  depthwise: boolean;
  stride: 1 | 2;
  relu6: boolean;
  /** Whether the block's input, kept since its first layer, is added to the output. */
  residual: boolean;
  startsBlock: boolean;
}

/**
 * The layers of EfficientNet-Lite0 up to the pooling, each a convolution with its batch norm folded in.
 *
 * @throws Error if a weight is missing.
 */
export function foldedLayers(weights: Weights): FoldedLayer[] {
  const fold = (
    name: string,
    norm: string,
    layer: Omit<FoldedLayer, 'name' | 'kernel' | 'shift'>,
  ): FoldedLayer => ({
    name,
    ...foldNorm(weights, name, norm, layer.depthwise),
    ...layer,
  });
  const plain = { depthwise: false, stride: 1, relu6: true, residual: false, startsBlock: false } as const;
  const layers = [fold('_conv_stem', '_bn0', { ...plain, stride: 2 })];
  let block = 0;
  for (const { repeats, stride } of stages) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const path = `_blocks.${block}`;
      const expands = block > 0;
      if (expands) layers.push(fold(`${path}._expand_conv`, `${path}._bn0`, { ...plain, startsBlock: true }));
      layers.push(
        fold(`${path}._depthwise_conv`, `${path}._bn1`, {
          ...plain,
          depthwise: true,
          stride: repeat === 0 ? stride : 1,
          startsBlock: !expands,
        }),
        fold(`${path}._project_conv`, `${path}._bn2`, { ...plain, relu6: false, residual: repeat > 0 }),
      );
      block += 1;
    }
  }
  return [...layers, fold('_conv_head', '_bn1', plain)];
}

/** Pooled features [N, 1280] of pixels [N, H, W, 3] in [-1, 1], scaled as (level - 127) / 128. */
export function pooledFeatures(
  tf: TensorFlow,
  layers: readonly FoldedLayer[],
  read: (name: string) => Tensor,
  pixels: Tensor4D,
): Tensor2D {
  let x = pixels;
  let block = pixels;
  for (const { name, depthwise, stride, relu6, residual, startsBlock } of layers) {
    if (startsBlock) block = x;
    const kernel = read(`${name}/kernel`) as Tensor4D;
    const convolved = depthwise
      ? tf.depthwiseConv2d(x, kernel, stride, 'same')
      : tf.conv2d(x, kernel, stride, 'same');
    x = tf.add(convolved, read(`${name}/shift`));
    if (relu6) x = tf.relu6(x);
    if (residual) x = tf.add(x, block);
  }
  const [, height, width] = x.shape;
  return tf.mul(tf.sum(x, [1, 2]), 1 / (height * width));
}

function foldNorm(
  weights: Weights,
  name: string,
  norm: string,
  depthwise: boolean,
): Pick<FoldedLayer, 'kernel' | 'shift'> {
  const get = (path: string): { shape: readonly number[]; data: Float32Array } => {
    const found = weights.get(path);
    if (found !== undefined) return found;
    throw new Error(`The teacher has no tensor ${path}`);
  };
  const { shape, data } = get(`${name}.weight`);
  const [output = 0, input = 0, height = 0, width = 0] = shape;
  const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (role) => get(`${norm}.${role}`).data,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const scale = gamma.map((value, channel) => value / Math.sqrt(variance[channel]! + normEpsilon));
  const kernel = new Float32Array(data.length);
  // From [O, I, H, W] to [H, W, I, O]. A depthwise kernel has I = 1 and becomes [H, W, O, 1], with the same
  // layout.
  for (let o = 0; o < output; o += 1) {
    for (let i = 0; i < input; i += 1) {
      for (let place = 0; place < height * width; place += 1) {
        kernel[(place * input + i) * output + o] =
          data[(o * input + i) * height * width + place]! * scale[o]!;
      }
    }
  }
  return {
    kernel: { shape: depthwise ? [height, width, output, 1] : [height, width, input, output], data: kernel },
    shift: beta.map((value, channel) => value - mean[channel]! * scale[channel]!),
  };
}

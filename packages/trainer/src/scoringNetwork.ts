import type { ImageSize } from '@bit-repro/data';
import {
  batch,
  compile,
  entry,
  type Rank,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  type TensorFlow,
} from '@bit-repro/engine';
import {
  isStandardised,
  logits,
  parameterShapes,
  standardiseKernel,
  type Architecture,
  type Weights,
} from '@bit-repro/model';
import type { NetworkOptions, TrainableNetwork } from './network.ts';
import { preprocess } from './preprocess.ts';

/** A network that only scores images. */
export type ScoringNetwork = Pick<TrainableNetwork, 'logits' | 'dispose'>;

/** The input of a program for any number of images. */
export const imageInput = ({ height, width }: ImageSize) =>
  ({ shape: [batch, height, width, 3], dtype: 'uint8' }) as const;

/** Logits of images [N, height, width, 3], resized to `crop` without crops or flips, as a traceable function. */
export function scoreImages(
  tf: TensorFlow,
  architecture: Architecture,
  parameters: ReadonlyMap<string, Tensor>,
  images: Tensor4D,
  crop: number,
): Tensor2D {
  const none = tf.zeros<Rank.R1>([images.shape[0]], 'int32');
  const pixels = preprocess(tf, images, { top: none, left: none, flip: none }, { resize: crop, crop });
  return logits(tf, architecture, parameters, pixels);
}

/**
 * A network compiled to score images. Its kernels are standardised once, in place, so that the parameters are
 * in memory only once.
 */
export function scoringNetwork(
  tf: TensorFlow,
  {
    architecture,
    weights,
    classes,
    crop,
    imageSize,
  }: Pick<NetworkOptions, 'architecture' | 'weights' | 'classes' | 'crop'> & { imageSize: ImageSize },
): ScoringNetwork {
  const shapes = parameterShapes(architecture, classes);
  const kernels = shapes.filter(({ name }) => isStandardised(name));
  const program = compile(tf, {
    variables: new Map(shapes.map(({ name, shape }) => [name, shape])),
    entries: {
      prepare: entry({
        inputs: {},
        build: (_, read) => ({
          assign: new Map(kernels.map(({ name }) => [name, standardiseKernel(tf, read(name))])),
        }),
      }),
      score: entry({
        inputs: { images: imageInput(imageSize) },
        build: ({ images }, read) => {
          const parameters = new Map(shapes.map(({ name }) => [name, read(name)]));
          return { outputs: { logits: scoreImages(tf, architecture, parameters, images as Tensor4D, crop) } };
        },
      }),
    },
  });
  program.write(dataOf(weights));
  program.run('prepare', {});
  return {
    logits: (images) => program.run('score', { images }).logits,
    dispose() {
      program.dispose();
    },
  };
}

const dataOf = (weights: Weights): Map<string, Float32Array> =>
  new Map([...weights].map(([name, { data }]) => [name, data]));

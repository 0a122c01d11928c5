import { imageSide } from '@bit-repro/data';
import { batch, compile, entry, type Rank, type Tensor4D, type TensorFlow } from '@bit-repro/engine';
import type { Weights } from '@bit-repro/model';
import { preprocess } from '@bit-repro/trainer';
import { foldedLayers, pooledFeatures } from './efficientNetLite0.ts';

/** The compiled teacher. */
export interface TeacherNetwork {
  /** Pooled features [N, 1280] of images [N, 32, 32, 3]. */
  features(images: Uint8Array): Float32Array;
  dispose(): void;
}

/**
 * The teacher as one compiled graph. Images are resized to `px` pixels as Pillow does (bilinear), without
 * cropping.
 */
export function teacherNetwork(
  tf: TensorFlow,
  { weights, px }: { weights: Weights; px: number },
): TeacherNetwork {
  const layers = foldedLayers(weights);
  const parameters = layers.flatMap(({ name, kernel, shift }) => [
    { name: `${name}/kernel`, shape: kernel.shape, data: kernel.data },
    { name: `${name}/shift`, shape: [shift.length], data: shift },
  ]);
  const program = compile(tf, {
    variables: new Map(parameters.map(({ name, shape }) => [name, shape])),
    entries: {
      features: entry({
        inputs: { images: { shape: [batch, imageSide, imageSide, 3], dtype: 'uint8' } },
        build: ({ images }, read) => {
          const none = tf.zeros<Rank.R1>([images.shape[0]], 'int32');
          const crops = { top: none, left: none, flip: none };
          const scaled = preprocess(tf, images as Tensor4D, crops, { resize: px, crop: px });
          const levels = tf.mul(tf.add(scaled, 1), 127.5);
          const pixels = tf.div(tf.sub(levels, 127), 128);
          return { outputs: { features: pooledFeatures(tf, layers, read, pixels as Tensor4D) } };
        },
      }),
    },
  });
  program.write(new Map(parameters.map(({ name, data }) => [name, data])));
  return {
    features: (images) => program.run('features', { images }).features,
    dispose() {
      program.dispose();
    },
  };
}

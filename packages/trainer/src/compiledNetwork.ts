import {
  batch,
  compile,
  entry,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  type TensorFlow,
} from '@bit-repro/engine';
import { isStandardised, logits, parameterShapes, standardiseKernel } from '@bit-repro/model';
import type { NetworkOptions, TrainableNetwork } from './network.ts';
import { preprocess } from './preprocess.ts';
import { imageInput, scoreImages } from './scoringNetwork.ts';

const parameter = (name: string): string => `parameter/${name}`;
const velocity = (name: string): string => `velocity/${name}`;
const gradient = (name: string): string => `gradient/${name}`;
const kernel = (name: string): string => `kernel/${name}`;

const perImage = { shape: [batch], dtype: 'int32' } as const;
const number = { shape: [], dtype: 'float32' } as const;

/**
 * A network that runs as one compiled TensorFlow graph; parameters, momentum and gradients stay on the device.
 *
 * Kernels are standardised once per update, and gradients are summed with respect to the standardised kernels. The update
 * takes the sum back through the standardisation once: that is linear in the gradient, so the result is the one that taking
 * each micro-batch's gradient back would give.
 */
export function compiledNetwork(
  tf: TensorFlow,
  { architecture, weights, classes, resize, crop }: NetworkOptions,
): TrainableNetwork {
  const shapes = parameterShapes(architecture, classes);
  const names = shapes.map(({ name }) => name);
  const kernels = shapes.filter(({ name }) => isStandardised(name));
  /** The variable that the network computes with. */
  const used = (name: string): string => (isStandardised(name) ? kernel(name) : parameter(name));

  const scores = (tensors: readonly Tensor[], pixels: Tensor4D): Tensor2D =>
    logits(tf, architecture, new Map(names.map((name, index) => [name, tensors[index]!])), pixels);

  const program = compile(tf, {
    variables: new Map([
      ...shapes.flatMap(({ name, shape }) =>
        [parameter, velocity, gradient].map((role) => [role(name), shape] as const),
      ),
      ...kernels.map(({ name, shape }) => [kernel(name), shape] as const),
    ]),
    entries: {
      reset: entry({
        inputs: {},
        build: () => ({
          assign: new Map(shapes.map(({ name, shape }) => [velocity(name), tf.zeros([...shape])])),
        }),
      }),
      prepare: entry({
        inputs: {},
        build: (_, read) => ({
          assign: new Map([
            ...kernels.map(
              ({ name }) => [kernel(name), standardiseKernel(tf, read(parameter(name)))] as const,
            ),
            ...shapes.map(({ name, shape }) => [gradient(name), tf.zeros([...shape])] as const),
          ]),
        }),
      }),
      accumulate: entry({
        inputs: {
          images: imageInput,
          labels: perImage,
          top: perImage,
          left: perImage,
          flip: perImage,
          share: number,
        },
        build: ({ images, labels, top, left, flip, share }, read) => {
          const crops = { top: top as Tensor1D, left: left as Tensor1D, flip: flip as Tensor1D };
          const pixels = preprocess(tf, images as Tensor4D, crops, { resize, crop });
          const targets = tf.oneHot(labels, classes);
          const { value, grads } = tf.valueAndGrads((...tensors: Tensor[]) => {
            const logLikelihood = tf.sum(tf.mul(targets, tf.logSoftmax(scores(tensors, pixels))));
            return tf.mul(tf.neg(logLikelihood), share);
          })(names.map((name) => read(used(name))));
          return {
            outputs: { loss: value },
            add: new Map(names.map((name, index) => [gradient(name), grads[index]!])),
          };
        },
      }),
      update: entry({
        inputs: { learningRate: number, momentum: number },
        build: ({ learningRate, momentum }, read) => {
          const pullBack = (name: string): Tensor =>
            isStandardised(name)
              ? tf.grad((w) => standardiseKernel(tf, w))(read(parameter(name)), read(gradient(name)))
              : read(gradient(name));
          return {
            momentum: new Map(
              names.map((name) => [
                parameter(name),
                { velocity: velocity(name), gradient: pullBack(name), learningRate, momentum },
              ]),
            ),
          };
        },
      }),
      score: entry({
        inputs: { images: imageInput },
        build: ({ images }, read) => {
          const parameters = new Map(names.map((name) => [name, read(used(name))]));
          return { outputs: { logits: scoreImages(tf, architecture, parameters, images as Tensor4D, crop) } };
        },
      }),
    },
  });

  program.write(new Map(names.map((name) => [parameter(name), weights.get(name)!.data])));
  program.run('reset', {});
  program.run('prepare', {});

  return {
    accumulate({ images, labels, cropsAndFlips }, weight) {
      const { top, left, flip } = cropsAndFlips;
      const share = Float32Array.of(weight / labels.length);
      const inputs = { images, labels: Int32Array.from(labels), top, left, flip, share };
      return program.run('accumulate', inputs).loss[0]!;
    },
    update(step) {
      const { learningRate, momentum } = step;
      program.run('update', {
        learningRate: Float32Array.of(learningRate),
        momentum: Float32Array.of(momentum),
      });
      program.run('prepare', {});
    },
    logits: (images) => program.run('score', { images }).logits,
    weights() {
      const values = program.read(names.map(parameter));
      return new Map(shapes.map(({ name, shape }) => [name, { shape, data: values.get(parameter(name))! }]));
    },
    dispose() {
      program.dispose();
    },
  };
}

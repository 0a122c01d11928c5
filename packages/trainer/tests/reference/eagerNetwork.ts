import { bytesOf, type ImageSize } from '@bit-repro/data';
import type { Tensor, Tensor4D, TensorFlow } from '@bit-repro/engine';
import { logits, standardiseKernel, standardiseKernels, type Weights } from '@bit-repro/model';
import { momentumStep, type Moving } from './momentum.ts';
import type { NetworkOptions, TrainableNetwork } from '../../src/network.ts';
import { preprocess } from '../../src/preprocess.ts';

type Tensors = ReadonlyMap<string, Tensor>;

/**
 * A network that runs op by op from JavaScript.
 *
 * Kernels are standardised once per update, and gradients are summed with respect to the standardised
 * kernels. The update propagates the sum through the standardisation once: this is linear in the gradient, so
 * the result is the same as for each micro-batch separately.
 */
export function eagerNetwork(
  tf: TensorFlow,
  { architecture, weights, classes, imageSize, resize, crop }: NetworkOptions,
): TrainableNetwork {
  const state = new Map<string, Moving>();
  for (const [name, { shape, data }] of weights) {
    state.set(name, { parameter: tf.tensor(data, [...shape]), velocity: tf.zeros([...shape]) });
  }
  /** The standardised kernels, from their first use after an update until the next update. */
  let kernels: Tensors | undefined;
  /** Sums since the last update, with respect to the result of `operands`. */
  let gradients: Tensors | undefined;

  /** The operands of the network: the parameters, with kernels standardised. */
  function operands(): Tensors {
    const parameters = new Map([...state].map(([name, { parameter }]) => [name, parameter]));
    kernels ??= new Map(
      Object.entries(tf.tidy(() => Object.fromEntries(standardiseKernels(tf, parameters)))),
    );
    return new Map([...parameters, ...kernels]);
  }

  /** The gradient with respect to a parameter, from that with respect to its operand. */
  function pullBack(name: string, gradient: Tensor): Tensor {
    if (!kernels?.has(name)) return gradient;
    const standardise = (kernel: Tensor): Tensor => standardiseKernel(tf, kernel);
    return tf.grad(standardise)(state.get(name)!.parameter, gradient);
  }

  function imageTensor(images: Uint8Array, size: ImageSize): Tensor4D {
    return tf.tensor4d(images, [images.length / bytesOf(size), size.height, size.width, 3], 'int32');
  }

  return {
    step(batch, rates) {
      const loss = this.accumulate(batch, 1);
      this.update(rates);
      return loss;
    },

    accumulate({ images, labels, cropsAndFlips }, weight) {
      const given = operands();
      const names = [...given.keys()];
      const before = gradients;
      const [loss, ...sums] = tf.tidy(() => {
        const placement = {
          top: tf.tensor1d(cropsAndFlips.top, 'int32'),
          left: tf.tensor1d(cropsAndFlips.left, 'int32'),
          flip: tf.tensor1d(cropsAndFlips.flip, 'int32'),
        };
        const pixels = preprocess(tf, imageTensor(images, imageSize.train), placement, { resize, crop });
        const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), classes);
        const { value, grads } = tf.valueAndGrads((...tensors: Tensor[]) => {
          const named = new Map(names.map((name, index) => [name, tensors[index]!]));
          const logLikelihoods = tf.logSoftmax(logits(tf, architecture, named, pixels));
          return tf.mul(tf.sum(tf.mul(targets, logLikelihoods)), -weight / labels.length);
        })([...given.values()]);
        return [
          value,
          ...grads.map((gradient, index) =>
            before ? tf.add(before.get(names[index]!)!, gradient) : gradient,
          ),
        ];
      });
      disposeAll(before);
      gradients = new Map(names.map((name, index) => [name, sums[index]!]));
      const value = loss.dataSync()[0]!;
      loss.dispose();
      return value;
    },

    update(rates) {
      for (const [name, gradient] of gradients ?? []) {
        const before = state.get(name)!;
        state.set(
          name,
          tf.tidy(() => momentumStep(tf, before, pullBack(name, gradient), rates)),
        );
        before.parameter.dispose();
        before.velocity.dispose();
      }
      disposeAll(gradients);
      disposeAll(kernels);
      gradients = undefined;
      kernels = undefined;
    },

    logits(images) {
      const given = operands();
      const scores = tf.tidy(() => {
        const zeros = tf.tensor1d(new Int32Array(images.length / bytesOf(imageSize.test)), 'int32');
        const placement = { top: zeros, left: zeros, flip: zeros };
        const pixels = preprocess(tf, imageTensor(images, imageSize.test), placement, { resize: crop, crop });
        return logits(tf, architecture, given, pixels);
      });
      const values = scores.dataSync();
      scores.dispose();
      return values as Float32Array;
    },

    discard() {
      disposeAll(gradients);
      gradients = undefined;
    },

    state() {
      const copies = (role: keyof Moving): Weights =>
        new Map(
          [...state].map(([name, { [role]: tensor }]) => [
            name,
            { shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) },
          ]),
        );
      return { parameters: copies('parameter'), velocities: copies('velocity') };
    },

    dispose() {
      for (const { parameter, velocity } of state.values()) {
        parameter.dispose();
        velocity.dispose();
      }
      disposeAll(kernels);
      disposeAll(gradients);
    },
  };
}

function disposeAll(tensors: Tensors | undefined): void {
  for (const tensor of tensors?.values() ?? []) tensor.dispose();
}

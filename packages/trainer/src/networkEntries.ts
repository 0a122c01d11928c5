import type { ImageSize } from '@bit-repro/data';
import {
  batch,
  entry,
  type MomentumUpdate,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  type TensorFlow,
} from '@bit-repro/engine';
import {
  isStandardised,
  logits,
  parameterShapes,
  standardiseKernel,
  type ParameterShape,
} from '@bit-repro/model';
import { mixPairs } from './mixPairs.ts';
import type { NetworkOptions } from './network.ts';
import { preprocess } from './preprocess.ts';
import { imageInput, scoreImages } from './scoringNetwork.ts';

/** Names of the variables of a parameter. */
export const variableOf = {
  parameter: (name: string): string => `parameter/${name}`,
  velocity: (name: string): string => `velocity/${name}`,
  /** The sum over micro-batches, with respect to the operand of the network. */
  gradient: (name: string): string => `gradient/${name}`,
  /** A standardised kernel. */
  kernel: (name: string): string => `kernel/${name}`,
} as const;
const { parameter, velocity, gradient, kernel } = variableOf;

/** The variables of a network in training. A variable takes no memory until something is assigned to it. */
export function networkVariables(shapes: readonly ParameterShape[]): Map<string, readonly number[]> {
  return new Map(
    Object.entries(variableOf).flatMap(([role, variable]) =>
      shapes
        .filter(({ name }) => role !== 'kernel' || isStandardised(name))
        .map(({ name, shape }) => [variable(name), shape] as const),
    ),
  );
}

const number = { shape: [], dtype: 'float32' } as const;
const rateInputs = { learningRate: number, momentum: number } as const;

/** The inputs for a micro-batch. With MixUp they come in pairs of an image and its partner. */
function batchInputs(size: ImageSize, mixes: boolean) {
  const rows = mixes ? ([batch, 2] as const) : ([batch] as const);
  const perImage = { shape: rows, dtype: 'int32' } as const;
  const inputs = {
    images: { shape: [...rows, size.height, size.width, 3], dtype: 'uint8' },
    labels: perImage,
    top: perImage,
    left: perImage,
    flip: perImage,
    /** Factor of the sum of the images' losses. */
    share: number,
  } as const;
  const mixed = { ...inputs, lambda: number };
  return mixes ? mixed : inputs;
}

type Tensors = ReadonlyMap<string, Tensor>;
type BatchTensors = Readonly<Record<keyof ReturnType<typeof batchInputs>, Tensor>> & {
  /** With MixUp: the share of the first of each pair. */
  readonly lambda?: Tensor;
};
type RateTensors = Readonly<Record<keyof typeof rateInputs, Tensor>>;

/** The operations on a network in training, as functions to compile over {@link networkVariables}. */
export function networkEntries(
  tf: TensorFlow,
  {
    architecture,
    classes,
    resize,
    crop,
    imageSize,
    mixes = false,
  }: Pick<NetworkOptions, 'architecture' | 'classes' | 'resize' | 'crop' | 'imageSize' | 'mixes'>,
) {
  const shapes = parameterShapes(architecture, classes);
  const names = shapes.map(({ name }) => name);
  const kernels = names.filter(isStandardised);
  /** The variable of a parameter that scoring and micro-batches read. */
  const prepared = (name: string): string => (isStandardised(name) ? kernel(name) : parameter(name));

  /**
   * The loss of a batch and its gradients with respect to `operands`, which `used` turns into the network's
   * parameters.
   */
  function differentiate(
    { images, labels, top, left, flip, share, lambda }: BatchTensors,
    operands: Tensor[],
    used: (name: string, operand: Tensor) => Tensor,
  ): { loss: Tensor; gradients: Tensors } {
    const listed = (values: Tensor): Tensor =>
      lambda === undefined ? values : tf.reshape(values, [-1, ...values.shape.slice(2)]);
    const mixed = (list: Tensor): Tensor => (lambda === undefined ? list : mixPairs(tf, list, lambda));
    const crops = {
      top: listed(top) as Tensor1D,
      left: listed(left) as Tensor1D,
      flip: listed(flip) as Tensor1D,
    };
    const pixels = mixed(preprocess(tf, listed(images) as Tensor4D, crops, { resize, crop })) as Tensor4D;
    // The cross-entropy is linear in the targets, so that of mixed targets is the mix of both cross-entropies.
    const targets = mixed(tf.oneHot(listed(labels), classes));
    const { value, grads } = tf.valueAndGrads((...tensors: Tensor[]) => {
      const parameters = new Map(names.map((name, index) => [name, used(name, tensors[index]!)]));
      const logLikelihoods = tf.logSoftmax(logits(tf, architecture, parameters, pixels));
      return tf.mul(tf.neg(tf.sum(tf.mul(targets, logLikelihoods))), share);
    })(operands);
    return { loss: value, gradients: new Map(names.map((name, index) => [name, grads[index]!])) };
  }

  const descend = (
    { learningRate, momentum }: RateTensors,
    gradientOf: (name: string) => Tensor,
  ): Map<string, MomentumUpdate> =>
    new Map(
      names.map((name) => [
        parameter(name),
        { velocity: velocity(name), gradient: gradientOf(name), learningRate, momentum },
      ]),
    );

  return {
    /** Sets the momentum to zero. */
    reset: entry({ inputs: {}, build: () => ({ clear: names.map(velocity) }) }),
    /** Standardises the kernels for `accumulate` and `score`. */
    prepare: entry({
      inputs: {},
      build: (_, read) => ({
        assign: new Map(
          kernels.map((name) => [kernel(name), standardiseKernel(tf, read(parameter(name)))] as const),
        ),
      }),
    }),
    /** Frees the standardised kernels. */
    release: entry({ inputs: {}, build: () => ({ release: kernels.map(kernel) }) }),
    /** Loss, gradient and update of a whole batch. Each kernel is freed once its layer has its gradient. */
    step: entry({
      inputs: { ...batchInputs(imageSize.train, mixes), ...rateInputs },
      build: (inputs, read) => {
        const operands = names.map((name) => read(parameter(name)));
        const { loss, gradients } = differentiate(inputs, operands, (name, operand) =>
          isStandardised(name) ? standardiseKernel(tf, operand) : operand,
        );
        return { outputs: { loss }, momentum: descend(inputs, (name) => gradients.get(name)!) };
      },
    }),
    /** Sets the sums of gradients to zero. */
    clear: entry({ inputs: {}, build: () => ({ clear: names.map(gradient) }) }),
    /** Adds the gradient of a micro-batch, with respect to the standardised kernels, to the sums. */
    accumulate: entry({
      inputs: batchInputs(imageSize.train, mixes),
      build: (inputs, read) => {
        const operands = names.map((name) => read(prepared(name)));
        const { loss, gradients } = differentiate(inputs, operands, (_, operand) => operand);
        return {
          outputs: { loss },
          add: new Map(names.map((name) => [gradient(name), gradients.get(name)!])),
        };
      },
    }),
    /**
     * Applies the sums. They are propagated back through the standardisation once: this is linear in the
     * gradient, so the result is the same as for each micro-batch separately.
     */
    update: entry({
      inputs: rateInputs,
      build: (rates, read) => ({
        momentum: descend(rates, (name) => {
          const sum = read(gradient(name));
          if (!isStandardised(name)) return sum;
          return tf.grad((w) => standardiseKernel(tf, w))(read(parameter(name)), sum);
        }),
      }),
    }),
    score: entry({
      inputs: { images: imageInput(imageSize.test) },
      build: ({ images }, read) => {
        const parameters = new Map(names.map((name) => [name, read(prepared(name))]));
        return { outputs: { logits: scoreImages(tf, architecture, parameters, images as Tensor4D, crop) } };
      },
    }),
  };
}

import { imageSide, type CropsAndFlips } from '@bit-repro/data';
import {
  batch,
  compile,
  entry,
  type Rank,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  type TensorFlow,
} from '@bit-repro/engine';
import {
  headBias,
  headKernel,
  isStandardised,
  logits,
  parameterShapes,
  pooledFeatures,
  randomWeights,
  standardiseKernel,
  type Architecture,
  type Weights,
} from '@bit-repro/model';
import { preprocess } from '@bit-repro/trainer';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { adamRates, adamW } from './adamW.ts';

/** Parameters and the moments of AdamW, by parameter name. */
export interface StudentState {
  parameters: Weights;
  first: Weights;
  second: Weights;
}

export interface StudentOptions {
  architecture: Architecture;
  /** Dimensions of the targets. */
  components: number;
  weightDecay: number;
  /** Size in pixels that training images are resized to. */
  resize: number;
  /** Size in pixels of the crops. For `features`, images are resized to it. */
  px: number;
}

/** Images [N, 32, 32, 3], their augmentation, and the unit vectors [N, components] to predict. */
export interface DistilBatch {
  images: Uint8Array;
  cropsAndFlips: CropsAndFlips;
  targets: Float32Array;
}

/** The student in training, as one compiled graph. */
export interface Student {
  /** Takes the t-th step, from 1. @returns the mean of 1 - cosine over the batch, before the step. */
  step(batch: DistilBatch, learningRate: number, t: number): number;
  /** Pooled features of images [N, 32, 32, 3], without crops or flips. */
  features(images: Uint8Array): Float32Array;
  state(): StudentState;
  dispose(): void;
}

const imageInput = { shape: [batch, imageSide, imageSide, 3], dtype: 'uint8' } as const;
const perImage = { shape: [batch], dtype: 'int32' } as const;
const number = { shape: [], dtype: 'float32' } as const;
/** Keeps the direction of a zero vector finite. */
const smallestNorm = 1e-12;

/**
 * A network with a linear head of `components` outputs, trained by AdamW to point in the directions of the
 * targets. Weight decay applies to kernels, but not to norms and the bias.
 */
export function compiledStudent(tf: TensorFlow, options: StudentOptions, start: StudentState): Student {
  const { architecture, components, weightDecay, resize, px } = options;
  const shapes = parameterShapes(architecture, components);
  const names = shapes.map(({ name }) => name);
  const roles = ['parameters', 'first', 'second'] as const;
  const used = (name: string, value: Tensor): Tensor =>
    isStandardised(name) ? standardiseKernel(tf, value) : value;

  const program = compile(tf, {
    variables: new Map(
      roles.flatMap((role) => shapes.map(({ name, shape }) => [`${role}/${name}`, shape] as const)),
    ),
    entries: {
      step: entry({
        inputs: {
          images: imageInput,
          targets: { shape: [batch, components], dtype: 'float32' },
          top: perImage,
          left: perImage,
          flip: perImage,
          share: number,
          learningRate: number,
          firstCorrection: number,
          secondCorrection: number,
        },
        build: ({ images, targets, top, left, flip, share, ...rates }, read) => {
          const crops = { top: top as Tensor1D, left: left as Tensor1D, flip: flip as Tensor1D };
          const pixels = preprocess(tf, images as Tensor4D, crops, { resize, crop: px });
          const { value: loss, grads } = tf.valueAndGrads((...values: Tensor[]) => {
            const parameters = new Map(names.map((name, index) => [name, used(name, values[index]!)]));
            const predicted = logits(tf, architecture, parameters, pixels);
            return tf.mul(tf.sum(distances(tf, predicted, targets as Tensor2D)), share);
          })(names.map((name) => read(`parameters/${name}`)));
          const assign = names.flatMap((name, index): [string, Tensor][] => {
            const state = {
              value: read(`parameters/${name}`),
              first: read(`first/${name}`),
              second: read(`second/${name}`),
            };
            const decay = name.endsWith('/kernel') ? weightDecay : 0;
            const next = adamW(tf, state, grads[index]!, rates, decay);
            return [
              [`parameters/${name}`, next.value],
              [`first/${name}`, next.first],
              [`second/${name}`, next.second],
            ];
          });
          return { outputs: { loss }, assign: new Map(assign) };
        },
      }),
      features: entry({
        inputs: { images: imageInput },
        build: ({ images }, read) => {
          const none = tf.zeros<Rank.R1>([images.shape[0]], 'int32');
          const crops = { top: none, left: none, flip: none };
          const pixels = preprocess(tf, images as Tensor4D, crops, { resize: px, crop: px });
          const parameters = new Map(names.map((name) => [name, used(name, read(`parameters/${name}`))]));
          return { outputs: { features: pooledFeatures(tf, architecture, parameters, pixels) } };
        },
      }),
    },
  });
  const write = (role: (typeof roles)[number]): void => {
    program.write(new Map([...start[role]].map(([name, { data }]) => [`${role}/${name}`, data])));
  };
  for (const role of roles) write(role);

  return {
    step({ images, cropsAndFlips, targets }, learningRate, t) {
      const share = Float32Array.of(components / targets.length);
      const feeds = { images, targets, ...cropsAndFlips, share, ...adamRates(learningRate, t) };
      return program.run('step', feeds).loss[0]!;
    },
    features: (images) => program.run('features', { images }).features,
    state() {
      const read = (role: (typeof roles)[number]): Weights => {
        const values = program.read(names.map((name) => `${role}/${name}`));
        return new Map(
          shapes.map(({ name, shape }) => [name, { shape, data: values.get(`${role}/${name}`)! }]),
        );
      };
      return { parameters: read('parameters'), first: read('first'), second: read('second') };
    },
    dispose() {
      program.dispose();
    },
  };
}

/** 1 - cosine between each prediction and its target, a unit vector: [N, C], [N, C] -> [N]. */
function distances(tf: TensorFlow, predicted: Tensor2D, targets: Tensor2D): Tensor1D {
  const length = tf.sqrt(tf.add(tf.sum(tf.square(predicted), 1), smallestNorm));
  return tf.sub(1, tf.div(tf.sum(tf.mul(predicted, targets), 1), length));
}

/** An untrained student: random weights, a head drawn uniformly within 1 / sqrt(fan-in), and zero moments. */
export function newStudent(
  architecture: Architecture,
  components: number,
  random: RandomGenerator,
): StudentState {
  const parameters = new Map(randomWeights(architecture, components, random));
  const { shape, data } = parameters.get(headKernel)!;
  const limit = 1 / Math.sqrt(shape.at(-2)!);
  const draws = data.map(() => limit * (2 * uniformFloat64(random) - 1));
  parameters.set(headKernel, { shape, data: draws });
  const zeros = (): Weights =>
    new Map([...parameters].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.map(() => 0) }]));
  return { parameters, first: zeros(), second: zeros() };
}

export const withoutHead = (weights: Weights): Weights =>
  new Map([...weights].filter(([name]) => name !== headKernel && name !== headBias));

import { setImmediate } from 'node:timers/promises';
import { ExplainedError } from '@bit-repro/artifacts';
import {
  BatchSampler,
  drawCropsAndFlips,
  gatherImages,
  imageBytes,
  type DatasetImages,
  type HeldImages,
} from '@bit-repro/data';
import type { Engine } from '@bit-repro/engine';
import { architectureNamed, parameterShapes, type Weights } from '@bit-repro/model';
import { loadState, removeState, saveState, UnusableStateError } from '@bit-repro/trainer';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { z } from 'zod';
import { nearestCentroid, type NearestCentroid } from './nearestCentroid.ts';
import type { Rows } from './principalComponents.ts';
import type { Recipe } from './recipe.ts';
import { oneCycle } from './schedule.ts';
import {
  compiledStudent,
  newStudent,
  withoutHead,
  type DistilBatch,
  type Student,
  type StudentState,
} from './student.ts';

export interface DistilInput {
  engine: Engine;
  recipe: Recipe;
  data: DatasetImages<HeldImages>;
  /** A unit vector to predict for each training image. */
  targets: Rows;
  /**
   * SHA-256 of everything that the targets were made from, so that training is not resumed with other
   * targets.
   */
  targetsKey: string;
  onEvent: (event: DistilEvent) => void;
  /** Where to write checkpoints, and how many seconds apart. They are removed at the end. */
  checkpoints: { folder: string; everySeconds: number };
  /** Stops training after the current step, with a checkpoint, by throwing the signal's reason. */
  signal?: AbortSignal;
}

export type DistilEvent =
  | { kind: 'epoch'; epoch: number; epochs: number; loss: number; learningRate: number }
  | ({ kind: 'measurement'; epoch: number } & NearestCentroid)
  | { kind: 'checkpoint'; step: number }
  | { kind: 'resumed'; step: number }
  | { kind: 'restarted'; reason: string };

/** A network without its training head. */
export interface Distilled {
  weights: Weights;
  /** Mean of 1 - cosine over the last epoch. */
  loss: number;
  nearestCentroid: NearestCentroid;
}

const progressSchema = z.strictObject({
  /** Steps done. */
  step: z.int().nonnegative(),
  /** Sum of the losses of the current epoch. */
  lossSum: z.number(),
  /** Mean loss of the last complete epoch; NaN before its end, which JSON stores as null. */
  loss: z
    .number()
    .nullable()
    .transform((loss) => loss ?? NaN),
});
type Progress = z.output<typeof progressSchema>;

const groups = ['parameters', 'first', 'second'] as const;

/**
 * Trains a network to predict the targets of CIFAR-10's training images from random crops of them. Labels are
 * used only for measurements. On the same machine and engine, the same input gives the same bits, interrupted
 * or not.
 *
 * @throws ExplainedError if the loss is not finite.
 * @throws OutsideError if a checkpoint cannot be written.
 */
export async function distil(input: DistilInput): Promise<Distilled> {
  const { engine, recipe, data, onEvent, checkpoints, signal } = input;
  const { components, resize, px, weightDecay, epochs } = recipe;
  const architecture = architectureNamed(recipe.architecture);
  const random = xoroshiro128plus(recipe.seed);
  const start = newStudent(architecture, components, random);
  const saved = await usableState(input);
  const student = compiledStudent(
    engine.tf,
    { architecture, components, weightDecay, resize, px },
    saved?.student ?? start,
  );
  try {
    const { count, pixels } = data.train;
    const stepsPerEpoch = Math.floor(count / recipe.batch);
    const steps = epochs * stepsPerEpoch;
    const sampler = new BatchSampler(count, recipe.batch, random);
    const draw = () => {
      const indices = sampler.next(recipe.batch);
      return { indices, cropsAndFlips: drawCropsAndFlips(recipe.batch, { resize, crop: px }, random) };
    };
    const progress: Progress = saved?.progress ?? { step: 0, lossSum: 0, loss: NaN };
    for (let done = 0; done < progress.step; done += 1) draw();
    if (saved !== undefined) onEvent({ kind: 'resumed', step: progress.step });

    let savedAt = performance.now();
    let measured: NearestCentroid | undefined;
    const save = async (): Promise<void> => {
      await saveState(checkpoints.folder, identity(input), {
        values: progress,
        tensors: { ...student.state() },
      });
      savedAt = performance.now();
      onEvent({ kind: 'checkpoint', step: progress.step });
    };
    while (progress.step < steps) {
      const { indices, cropsAndFlips } = draw();
      const batch: DistilBatch = {
        images: gatherImages(pixels, indices, imageBytes),
        cropsAndFlips,
        targets: rowsOf(input.targets, indices),
      };
      const learningRate = oneCycle(progress.step, steps, recipe);
      takeStep(student, batch, learningRate, progress);
      if (progress.step % stepsPerEpoch === 0) {
        const epoch = progress.step / stepsPerEpoch;
        progress.loss = progress.lossSum / stepsPerEpoch;
        progress.lossSum = 0;
        onEvent({ kind: 'epoch', epoch, epochs, loss: progress.loss, learningRate });
        if (epoch % recipe.measureEvery === 0 || epoch === epochs) {
          measured = nearestCentroid((some) => student.features(some), data);
          onEvent({ kind: 'measurement', epoch, ...measured });
        }
      }
      await setImmediate();
      const stopping = signal?.aborted === true;
      if (stopping || performance.now() - savedAt > checkpoints.everySeconds * 1000) await save();
      signal?.throwIfAborted();
    }
    measured ??= nearestCentroid((some) => student.features(some), data);
    const weights = withoutHead(student.state().parameters);
    await removeState(checkpoints.folder);
    return { weights, loss: progress.loss, nearestCentroid: measured };
  } finally {
    student.dispose();
  }
}

function takeStep(student: Student, batch: DistilBatch, learningRate: number, progress: Progress): void {
  const loss = student.step(batch, learningRate, progress.step + 1);
  if (!Number.isFinite(loss)) {
    throw new ExplainedError(
      `Distillation diverged: the loss at step ${progress.step} is ${loss}`,
      'Lower `lr` in the recipe, or raise `warmup`.',
    );
  }
  progress.step += 1;
  progress.lossSum += loss;
}

const identity = ({ recipe, targetsKey }: DistilInput): unknown => ({ recipe, targetsKey });

async function usableState(
  input: DistilInput,
): Promise<{ progress: Progress; student: StudentState } | undefined> {
  const { recipe, checkpoints, onEvent } = input;
  const shapes = parameterShapes(architectureNamed(recipe.architecture), recipe.components);
  try {
    const expected = { spec: identity(input), values: progressSchema, groups, shapes };
    const state = await loadState(checkpoints.folder, expected);
    if (state === undefined) return undefined;
    const { parameters, first, second } = state.tensors;
    return { progress: state.values, student: { parameters: parameters!, first: first!, second: second! } };
  } catch (error) {
    if (!(error instanceof UnusableStateError)) throw error;
    onEvent({ kind: 'restarted', reason: error.message });
    return undefined;
  }
}

function rowsOf({ values, width }: Rows, indices: Int32Array): Float32Array {
  const rows = new Float32Array(indices.length * width);
  indices.forEach((index, position) => {
    rows.set(values.subarray(index * width, (index + 1) * width), position * width);
  });
  return rows;
}

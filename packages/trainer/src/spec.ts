import type { TrainingSubset } from '@bit-repro/data';
import type { Predictions } from '@bit-repro/metrics';
import type { Weights } from '@bit-repro/model';
import { z } from 'zod';
import { hyperParameters, supportsSchema } from './hyperParameters.ts';

/** Training images per class, or all there are. */
export const shotsSchema = z.union([z.int().positive(), z.literal('all')], { error: 'a number, or `all`' });

/** As many as ImageNet-21k has, from which BiT-M was trained. */
const mostClasses = 21_843;

/** Every setting of a fine-tuning run that changes its numbers. */
export const fineTuneSchema = z.strictObject({
  /** A name from the model package's table of architectures. */
  architecture: z.string(),
  classes: z.int().positive().max(mostClasses),
  shots: shotsSchema,
  /**
   * Seed of the generator that the subset, the batches, the crops and the flips are drawn from, in this
   * order.
   */
  seed: z.int32(),
  ...hyperParameters,
  /** Absent for the whole test set. */
  testImages: hyperParameters.testImages.exactOptional(),
  /** In steps: end of the warm-up, each decay, end of training. */
  schedule: supportsSchema,
});

export type FineTuneSpec = z.infer<typeof fineTuneSchema>;

/** Scores on the test set, or on `testImages` of it, after a step. */
export interface Evaluation {
  /** Steps done. */
  step: number;
  /** Fractions from 0 to 1. */
  top1: number;
  /** Absent with five classes or fewer, of which every image would be a hit. */
  top5?: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  /** Images scored. */
  samples: number;
}

/** The number of micro-batches per step, from the step after `step` on. */
export interface SplitChange {
  step: number;
  batchSplit: number;
}

export type TrainingEvent =
  | {
      kind: 'step';
      /** Steps done, from 1 to `steps`. */
      step: number;
      steps: number;
      /** Mean cross-entropy over the batch, before the update. */
      loss: number;
      /** The learning rate of the update. */
      learningRate: number;
    }
  /** Memory ran out in the step after `step`. This and all later steps use this many micro-batches. */
  | ({ kind: 'split' } & SplitChange)
  | { kind: 'checkpoint'; step: number }
  /** Training resumes from a checkpoint. */
  | { kind: 'resumed'; step: number }
  /** A checkpoint could not be used. */
  | { kind: 'restarted'; reason: string }
  /** Progress in test images. */
  | { kind: 'evaluating'; step: number; done: number; total: number }
  | ({ kind: 'evaluation' } & Evaluation);

export interface FineTuneResult {
  subset: TrainingSubset;
  /** The scores at the end of training, which are also the last of `evaluations`. */
  final: Evaluation;
  evaluations: Evaluation[];
  /** What the network makes of each test image at the end of training. */
  predictions: Predictions;
  /** The loss of every step, in order. */
  stepLosses: Float64Array;
  /** SHA-256, in hexadecimal, of `stepLosses` as little-endian doubles. */
  lossesSha256: string;
  /** The batch split at the start, and each finer one after memory ran out. */
  splits: SplitChange[];
  /** Seconds that steps waited for their images, since the last resumption. */
  waitedSeconds: number;
  /** The fine-tuned parameters, if requested. */
  weights?: Weights;
}

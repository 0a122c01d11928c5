import type { FewShotSubset } from '@bit-repro/data';
import type { Weights } from '@bit-repro/model';
import { z } from 'zod';
import { hyperParameters, supportsSchema } from './hyperParameters.ts';

/** Everything about a fine-tuning run that changes its numbers. */
export const fineTuneSchema = z.strictObject({
  /** A name in the model package's table of architectures. */
  architecture: z.string(),
  classes: z.int().positive(),
  /** Training images per class. */
  shots: z.int().positive(),
  /** Of the one generator that the subset, the batches, the crops and the flips are drawn from, in this order. */
  seed: z.int32(),
  ...hyperParameters,
  /** In steps: end of the warm-up, each decay, end of training. */
  schedule: supportsSchema,
});

export type FineTuneSpec = z.infer<typeof fineTuneSchema>;

/** Scores on the whole test set after a step. */
export interface Evaluation {
  /** Steps done. */
  step: number;
  /** Fractions from 0 to 1. */
  top1: number;
  top5: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  /** Images scored. */
  samples: number;
}

/** How many micro-batches a step is made of, from the step after `step` on. */
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
      /** The rate that the update took. */
      learningRate: number;
    }
  /** Memory ran out in the step after `step`: it is done again in this many micro-batches, as are all later ones. */
  | ({ kind: 'split' } & SplitChange)
  | { kind: 'checkpoint'; step: number }
  /** Training goes on from a checkpoint. */
  | { kind: 'resumed'; step: number }
  /** There was a checkpoint, but it cannot be used. */
  | { kind: 'restarted'; reason: string }
  /** Progress in test images. */
  | { kind: 'evaluating'; step: number; done: number; total: number }
  | ({ kind: 'evaluation' } & Evaluation);

export interface FineTuneResult {
  subset: FewShotSubset;
  /** The scores at the end of training, also the last of `evaluations`. */
  final: Evaluation;
  evaluations: Evaluation[];
  /** The loss of every step, in order. */
  stepLosses: Float64Array;
  /** SHA-256, in hexadecimal, over `stepLosses` as little-endian doubles. */
  lossesSha256: string;
  /** The batch split at the start, and each that memory forced. */
  splits: SplitChange[];
  /** The fine-tuned parameters, where they were asked for. */
  weights?: Weights;
}

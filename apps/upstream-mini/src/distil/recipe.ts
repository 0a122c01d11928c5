import { architectureNames } from '@bit-repro/model';
import { z } from 'zod';

const count = z.int().min(1);

/**
 * How the network is made: every number that the result depends on, besides the code, the data and the
 * teacher.
 */
export const recipeSchema = z.strictObject({
  architecture: z.enum(architectureNames as [string, ...string[]]).describe('architecture of the student'),
  seed: z.int32().describe('seed of the initial weights, the order of images, crops and flips'),
  epochs: count.describe('passes over the training images'),
  batch: count.describe('images per step'),
  lr: z.number().positive().describe('highest learning rate, between a linear warm-up and half a cosine'),
  warmup: z.number().min(0).max(1).describe('fraction of the steps in which the learning rate rises'),
  weightDecay: z.number().min(0).describe('weight decay of kernels, decoupled from the gradient (AdamW)'),
  resize: count.describe('size in pixels that the student’s images are resized to'),
  px: count.describe('size in pixels of the student’s input: a random crop, randomly mirrored'),
  teacherPx: count.describe('size in pixels of the teacher’s input'),
  components: count.describe(
    'number of principal components of the teacher’s features that the student learns',
  ),
  neighbours: count.describe(
    'number of nearest images, by these components, that a target is averaged over, including itself',
  ),
  rounds: z.int().min(0).describe('number of times that targets are averaged'),
  measureEvery: count.describe('epochs between measurements; there is always one at the end'),
});

export type Recipe = z.infer<typeof recipeSchema>;

import { architectureNames } from '@bit-repro/model';
import { z } from 'zod';

const count = z.int().min(1);

/** How the network is made: every number that the result depends on, beside the code, the data and the teacher. */
export const recipeSchema = z.strictObject({
  architecture: z.enum(architectureNames as [string, ...string[]]).describe('the student'),
  seed: z.int32().describe('of the first weights, the order of images, crops and flips'),
  epochs: count.describe('passes over the training images'),
  batch: count.describe('images per step'),
  lr: z.number().positive().describe('the highest learning rate, of a linear warm-up and half a cosine'),
  warmup: z.number().min(0).max(1).describe('share of the steps in which the learning rate rises'),
  weightDecay: z.number().min(0).describe('of kernels, decoupled from the gradient (AdamW)'),
  resize: count.describe('pixels that the student’s images are resized to'),
  px: count.describe('pixels that the student sees: a random crop, mirrored or not'),
  teacherPx: count.describe('pixels that the teacher sees'),
  components: count.describe('principal components of the teacher’s features that the student learns'),
  neighbours: count.describe(
    'nearest images in those components that a target is averaged over, itself among them',
  ),
  rounds: z.int().min(0).describe('times that targets are averaged'),
  measureEvery: count.describe('epochs between measurements; there is one at the end in any case'),
});

export type Recipe = z.infer<typeof recipeSchema>;

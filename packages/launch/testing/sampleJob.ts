import type { Job } from '../src/supervision/launcher.ts';

/** A job of made-up size. */
export const sampleJob = (id: string, folder = '/nowhere'): Job => ({
  id,
  arm: 'rule',
  shots: 1,
  seed: 0,
  folder,
  steps: 3,
  batch: 8,
  architecture: 'mini',
  flops: 1,
  saveWeights: false,
  checkpointEvery: 300,
});

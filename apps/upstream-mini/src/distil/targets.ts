import type { TensorFlow } from '@bit-repro/engine';
import { diffuse, type DiffusionOptions } from './diffusion.ts';
import { principalComponents, type Rows } from './principalComponents.ts';

export interface TargetOptions extends DiffusionOptions {
  /** Dimensions of a target. */
  components: number;
}

/**
 * What the student is to predict of each training image: the teacher's features, centred, in their first principal
 * components, smoothed over neighbours, as unit vectors [N, components].
 */
export function distillationTargets(tf: TensorFlow, features: Rows, options: TargetOptions): Promise<Rows> {
  return diffuse(tf, principalComponents(tf, features, options.components), options);
}

import type { TensorFlow } from '@bit-repro/engine';
import { diffuse, type DiffusionOptions } from './diffusion.ts';
import { principalComponents, type Rows } from './principalComponents.ts';

export interface TargetOptions extends DiffusionOptions {
  /** Dimensions of a target. */
  components: number;
}

/**
 * The targets of all training images: the teacher's features, centred, projected onto their first principal
 * components and averaged over neighbours, as unit vectors [N, components].
 */
export function distillationTargets(tf: TensorFlow, features: Rows, options: TargetOptions): Promise<Rows> {
  return diffuse(tf, principalComponents(tf, features, options.components), options);
}

import type { DatasetBrief, Shots } from '@bit-repro/data';
import type { FineTuneSpec } from '@bit-repro/trainer';
import type { WeightsChoice } from './fineTuneSpec.ts';

/**
 * One run of an experiment: frozen plain data with everything that its result depends on except versions and
 * files.
 */
export interface PlannedRun {
  readonly experiment: string;
  readonly profile: string;
  /** The title says so if the weights are not published ones. */
  readonly arm: { readonly name: string; readonly title: string };
  readonly shots: Shots;
  readonly seed: number;
  /** As in the config: `BiT-M-R50x3`, or an architecture. */
  readonly model: string;
  readonly weights: Readonly<WeightsChoice>;
  readonly dataset: DatasetBrief;
  readonly fineTune: Readonly<FineTuneSpec>;
}

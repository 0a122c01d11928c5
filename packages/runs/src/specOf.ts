import type { PlannedRun } from '@bit-repro/experiment';
import { nameOfHub } from '@bit-repro/model';
import type { RunSpec } from './store/records.ts';

/** What a plan does not determine: versions, checksums and the device. */
export type SpecSurroundings = Pick<RunSpec, 'dataset' | 'engine' | 'sources'> & {
  /** SHA-256 of the weights file, if any. */
  weightsSha256?: string;
};

/** The specification of a planned run, under which it is stored and run. */
export function specOf(planned: PlannedRun, { weightsSha256, ...surroundings }: SpecSurroundings): RunSpec {
  const { experiment, arm, model, weights, fineTune } = planned;
  return {
    version: 1,
    experiment,
    arm: { ...arm },
    model,
    weights: {
      kind: weights.kind,
      title: weights.name,
      ...(weights.kind === 'random' ? { seed: weights.seed } : {}),
      ...(weights.kind === 'file' ? { path: weights.path } : {}),
      ...(weights.kind === 'hub' ? { repository: nameOfHub(weights) } : {}),
      ...(weightsSha256 === undefined ? {} : { sha256: weightsSha256 }),
    },
    ...surroundings,
    fineTune: { ...fineTune, schedule: [...fineTune.schedule] },
  };
}

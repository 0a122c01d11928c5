import { datasetNamed, type DatasetName } from '@bit-repro/data';
import type { PlannedRun } from '@bit-repro/experiment';
import type { RunSpec } from './store/records.ts';

/** What a plan does not know: versions and checksums of what is on this machine. */
export type SpecSurroundings = Pick<RunSpec, 'dataset' | 'engine' | 'sources'> & {
  /** SHA-256 of the file of weights, where there is one. */
  weightsSha256?: string;
};

/** The specification that a planned run is stored and carried out under. */
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
      ...(weightsSha256 === undefined ? {} : { sha256: weightsSha256 }),
    },
    ...surroundings,
    fineTune: { ...fineTune, schedule: [...fineTune.schedule] },
  };
}

/** A data set as specifications name it. */
export const datasetRecord = (name: DatasetName): RunSpec['dataset'] => ({
  name,
  sha1: { ...datasetNamed(name).sha1 },
});

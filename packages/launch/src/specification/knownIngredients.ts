import { OutsideError } from '@bit-repro/artifacts';
import { datasetAtHand } from '@bit-repro/data';
import { basename } from 'node:path';
import { diagnose } from '@bit-repro/engine';
import type { Plan } from './loadPlan.ts';
import { knownWeightsDigest } from '@bit-repro/runs';
import { datasetsByName } from './datasetsByName.ts';
import { digestsByName } from './digestsByName.ts';
import type { Ingredients } from './specify.ts';

export interface KnownIngredients extends Ingredients {
  isInstalled: boolean;
}

/**
 * What the runs of a plan would use, without fetching anything: the engine that would be provisioned, and the
 * recorded checksums of published weights.
 *
 * @throws OutsideError if no TensorFlow runs on this machine, or a weights file cannot be read.
 */
export async function knownIngredients({
  experiment,
  planned,
  engine,
  cluster,
}: Plan): Promise<KnownIngredients> {
  const { release, installations, problems } = await diagnose({
    checksums: false,
    network: false,
    ...(cluster?.engine ?? engine),
  });
  if (release === undefined || installations === undefined) {
    const { summary, remedy } = problems.find(({ fatal }) => fatal)!;
    throw new OutsideError(summary, remedy);
  }
  const { flavour, tensorflowVersion } = release;
  const installed = installations.find(({ installation: { folder } }) =>
    basename(folder).startsWith(`${flavour}-${tensorflowVersion}-`),
  );
  return {
    engine: { flavour, tensorflow: installed?.installation.tensorflowVersion ?? tensorflowVersion },
    datasets: await datasetsByName(experiment.datasets, datasetAtHand),
    isInstalled: installed !== undefined,
    weights: await digestsByName(planned, knownWeightsDigest),
  };
}

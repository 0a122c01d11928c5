import { prepareDataset } from '@bit-repro/data';
import { provision, type Installation } from '@bit-repro/engine';
import type { OnProgress } from '@bit-repro/artifacts';
import type { Plan } from './loadPlan.ts';
import { requirePrecision } from '@bit-repro/experiment';
import { weightsDigest } from '@bit-repro/runs';
import type { Ingredients } from './specify.ts';
import { datasetsByName } from './datasetsByName.ts';
import { digestsByName } from './digestsByName.ts';

export interface FetchedIngredients extends Ingredients {
  installation: Installation;
}

/**
 * Fetches the engine, the data and the weights of a plan unless they are in the cache.
 *
 * @throws InputError if the GPUs lack the precision of a run; the reason of `signal` if it is aborted.
 */
export async function fetchIngredients(
  { experiment, planned, gpus, engine, cluster }: Plan,
  {
    print,
    onProgress,
    signal,
  }: { print: (line: string) => void; onProgress?: OnProgress; signal: AbortSignal },
): Promise<FetchedIngredients> {
  requirePrecision(planned, cluster?.gpus ?? gpus);
  const fetching = { ...(onProgress && { onProgress }), onMessage: print, signal };
  const installation = await provision({ ...fetching, ...(cluster?.engine ?? engine) });
  const datasets = await datasetsByName(experiment.datasets, (dataset) => prepareDataset(dataset, fetching));
  const weights = await digestsByName(planned, (one, networks) => weightsDigest(one, networks, fetching));
  const { flavour, tensorflowVersion: tensorflow } = installation;
  return {
    installation,
    engine: { flavour, tensorflow },
    datasets,
    weights,
  };
}

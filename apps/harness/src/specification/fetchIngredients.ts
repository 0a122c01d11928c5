import { readDataset } from '@bit-repro/data';
import { provision, type Installation } from '@bit-repro/engine';
import type { Plan } from '../specification/loadPlan.ts';
import { requirePrecision } from '../precision.ts';
import { downloadBar } from '../progress/downloadBar.ts';
import { weightsDigest } from '../weights/weights.ts';
import type { Ingredients } from './specify.ts';
import { digestsByName } from './digestsByName.ts';

export interface FetchedIngredients extends Ingredients {
  installation: Installation;
}

/**
 * Sees to it that the engine, the data and the weights of a plan are in place.
 *
 * @throws InputError when no GPU that is there has the precision of a run; the reason of `signal`.
 */
export async function fetchIngredients(
  { experiment, planned, gpus, engine, cluster }: Plan,
  { print, signal }: { print: (line: string) => void; signal: AbortSignal },
): Promise<FetchedIngredients> {
  requirePrecision(planned, cluster?.gpus ?? gpus);
  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, onMessage: print, signal };
  const installation = await provision({ ...fetching, ...(cluster?.engine ?? engine) });
  await readDataset(experiment.dataset, fetching);
  const weights = await digestsByName(planned, (one) => weightsDigest(one, fetching));
  bar.close();
  const { flavour, tensorflowVersion: tensorflow } = installation;
  return {
    installation,
    engine: { flavour, tensorflow },
    weights,
  };
}

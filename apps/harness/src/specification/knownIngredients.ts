import { OutsideError } from '@bit-repro/artifacts';
import { basename } from 'node:path';
import { diagnose } from '@bit-repro/engine';
import { readWeightsLock } from '@bit-repro/model';
import type { WeightsChoice } from '../config/index.ts';
import type { Plan } from '../plan/index.ts';
import { weightsDigest, weightsLock } from '../weights/weights.ts';
import { datasetRecord, type Ingredients } from './specify.ts';

export interface KnownIngredients extends Ingredients {
  /** Whether the engine is in the cache. */
  isInstalled: boolean;
}

/**
 * What the runs of a plan would be made with. Nothing is fetched: the engine is the one that would be provisioned, and of published
 * weights the checksum is the one on record.
 *
 * @throws OutsideError when no TensorFlow runs on this machine, or a file of weights cannot be read.
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
    isInstalled: installed !== undefined,
    dataset: datasetRecord(experiment.dataset),
    weights: await recordedDigests(planned.map(({ weights }) => weights)),
  };
}

/** By the name of the weights: the SHA-256 of files, and that on record for published weights. */
async function recordedDigests(all: readonly WeightsChoice[]): Promise<Map<string, string>> {
  const locked = await readWeightsLock(weightsLock);
  const digests = new Map<string, string>();
  for (const weights of new Map(all.map((one) => [one.name, one])).values()) {
    const sha256 =
      weights.kind === 'published' ? locked.get(weights.name)?.sha256 : await weightsDigest(weights);
    if (sha256 !== undefined) digests.set(weights.name, sha256);
  }
  return digests;
}

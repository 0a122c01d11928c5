import { availableParallelism } from 'node:os';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { openMaterial, sampledImages, type DatasetImages, type DatasetMaterial } from '@bit-repro/data';
import {
  engineEnvironment,
  loadEngine,
  requireProducts,
  setEnvironment,
  type Installation,
} from '@bit-repro/engine';
import { ImagePool } from '@bit-repro/images';
import { architectureNamed, randomWeights, readWeights, withZeroHead, type Weights } from '@bit-repro/model';
import { encodePredictions, fineTune, type FineTuneInput, type FineTuneResult } from '@bit-repro/trainer';
import type { RunSpec } from '@bit-repro/runs';

/** What a run is computed from: its specification and the verified files that it names. */
export interface Ingredients {
  spec: RunSpec;
  installation: Installation;
  data: DatasetMaterial;
  /** Resolves to undefined for random weights. */
  weightsFile: () => Promise<string | undefined>;
}

/** A result, the images that it is of, and its predictions as the file whose checksum the result names. */
export interface Computed extends FineTuneResult {
  images: DatasetImages;
  predictionsFile: Buffer;
}

/**
 * Fine-tunes a network and evaluates it. Everything that a result depends on is reachable from here: a digest
 * of this code is part of every run's key, so code that fetches, stores or reports must not be imported.
 */
export async function compute(
  { spec, installation, data, weightsFile }: Ingredients,
  input: Omit<FineTuneInput, 'engine' | 'spec' | 'loadWeights' | 'data'>,
): Promise<Computed> {
  const { flavour, threads } = spec.engine;
  const tensorFloat32 = spec.fineTune.precision === 'tensorfloat32';
  // Launchers set these too, because some take effect only at the start of a process. Set here, the bits do
  // not depend on the launcher.
  setEnvironment(
    engineEnvironment({ flavour }, { tensorFloat32, ...(threads !== undefined && { threads }) }),
  );
  const engine = loadEngine(installation);
  requireProducts(engine.tf, { tensorFloat32 });
  const pool = new ImagePool({ threads: 'images' in data ? (threads ?? availableParallelism()) : 0 });
  const all = openMaterial(spec.dataset, data, pool);
  const { testImages } = spec.fineTune;
  const images = testImages === undefined ? all : { ...all, test: sampledImages(all.test, testImages) };
  const loadWeights = async (): Promise<Weights> => startingWeights(spec, await weightsFile());
  const result = await fineTune({ ...input, engine, spec: spec.fineTune, loadWeights, data: images });
  return { ...result, images, predictionsFile: await encodePredictions(result.predictions) };
}

/** The weights that a run starts from, with a head of zeros, as BiT fine-tunes. */
export async function startingWeights(
  { weights: { seed = 0 }, fineTune: { architecture: name, classes } }: RunSpec,
  file: string | undefined,
): Promise<Weights> {
  const architecture = architectureNamed(name);
  if (file === undefined) return randomWeights(architecture, classes, xoroshiro128plus(seed));
  const { weights: features } = await readWeights(file, architecture, { head: 'none' });
  return withZeroHead(features, architecture, classes);
}

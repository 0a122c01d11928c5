import { dirname, isAbsolute, resolve } from 'node:path';
import { countsOf, type DatasetBrief, type DatasetRef, type Shots } from '@bit-repro/data';
import { nameOfHub, type HubModel } from '@bit-repro/model';
import { mixupFor, resolutionFor, scheduleSupports, type FineTuneSpec } from '@bit-repro/trainer';
import { embeddedNetwork } from '@bit-repro/stand-in';
import { portablePath } from '@bit-repro/artifacts';
import { modelNamed } from './models.ts';
import type { Recipe } from './recipe.ts';
import { trainingSamples } from './shots.ts';

/**
 * The source of a run's weights. `name` is a display name that never presents other weights as published
 * ones.
 */
export type WeightsChoice =
  | { kind: 'published'; name: string }
  | { kind: 'embedded'; name: string }
  | { kind: 'random'; name: string; seed: number }
  /** `path` in the format of `portablePath`. */
  | { kind: 'file'; name: string; path: string }
  | ({ kind: 'hub'; name: string } & HubModel);

/** The fine-tuning specification of a run of a recipe. */
export function fineTuneSpec(
  recipe: Recipe,
  dataset: DatasetRef | DatasetBrief,
  { shots, seed }: { shots: Shots; seed: number },
): FineTuneSpec {
  const { classCount: classes, imageSize, testImages: all } = countsOf(dataset);
  const samples = trainingSamples(dataset, shots);
  const { model, weights, schedule, mixup = mixupFor(samples), testImages = all, ...asItIs } = recipe;
  return {
    ...resolutionFor(imageSize.width, imageSize.height),
    ...asItIs,
    architecture: modelNamed(model).architecture,
    classes,
    shots,
    seed,
    schedule: typeof schedule === 'string' ? scheduleSupports(schedule, samples) : [...schedule.supports],
    mixup,
    ...(testImages < all && { testImages }),
  };
}

/** The weights that a recipe starts from. A file is relative to the config's folder. */
export function weightsChoice({ model, weights }: Recipe, configFile: string): WeightsChoice {
  if (weights === 'published') return { kind: 'published', name: model };
  if (weights === 'embedded') return { kind: 'embedded', name: embeddedNetwork.title };
  if (weights === 'random') return randomChoice(0);
  if ('random' in weights) return randomChoice(weights.random);
  if ('hub' in weights) {
    const { hub: repository, ...at } = weights;
    const model = { repository, ...at };
    return { kind: 'hub', name: `${nameOfHub(model)} of Hugging Face, not the published file`, ...model };
  }
  const { file } = weights;
  const path = portablePath(resolve(dirname(configFile), file));
  const leadsAway = isAbsolute(file) || file.startsWith('..');
  return { kind: 'file', name: `${leadsAway ? path : file}, not published weights`, path };
}

const randomChoice = (seed: number): WeightsChoice => ({
  kind: 'random',
  name: `random weights (seed ${seed}), not BiT-M`,
  seed,
});

import { briefOf } from '@bit-repro/data';
import type { Experiment } from './experiment.ts';
import { fineTuneSpec, weightsChoice } from './fineTuneSpec.ts';
import { deepFreeze } from '@bit-repro/artifacts';
import type { PlannedRun } from './plannedRun.ts';
import { profileNamed } from './selectProfile.ts';

/**
 * The runs of an experiment in a profile: data sets x arms x shots x seeds, in the order of the config.
 *
 * @throws InputError if the profile does not exist.
 */
export function resolveRuns(experiment: Experiment, profileName: string): PlannedRun[] {
  const { name: profile, arms, shots: allShots, seeds } = profileNamed(experiment, profileName);
  const { name, datasets, file } = experiment;
  return datasets.flatMap((dataset) =>
    arms.flatMap(({ name: arm, title, recipe }) => {
      const weights = weightsChoice(recipe, file);
      const honestTitle =
        weights.kind === 'published' || title.includes(weights.name) ? title : `${title} (${weights.name})`;
      return allShots.flatMap((shots) =>
        seeds.map((seed) =>
          deepFreeze({
            experiment: name,
            profile,
            arm: { name: arm, title: honestTitle },
            shots,
            seed,
            model: recipe.model,
            weights: { ...weights },
            dataset: briefOf(dataset),
            fineTune: fineTuneSpec(recipe, dataset, { shots, seed }),
          }),
        ),
      );
    }),
  );
}

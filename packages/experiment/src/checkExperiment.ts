import { factsOf } from '@bit-repro/data';
import { hasTensorFloat32, needsTensorFloat32, tensorFloat32Demand } from './precision.ts';
import { inFileOrder, type ConfigProblem, type PlacedProblem, type KeyPath } from './yaml/errors.ts';
import { unknownArms } from './comparedArms.ts';
import type { Experiment, Profile } from './experiment.ts';
import { fineTuneSpec, weightsChoice } from './fineTuneSpec.ts';
import { modelNamed } from './models.ts';
import type { LauncherSection } from './launcherSection.ts';
import type { MergedRecipe, Recipe, RecipeKey } from './recipe.ts';
import type { ExperimentFile } from './schema.ts';
import { armPath, pathOf, writtenAt } from './writtenAt.ts';
import { show } from './yaml/shapeProblems.ts';
import type { Place } from './yaml/yamlFile.ts';

/** Maximum number of runs in a profile. */
const mostRuns = 100_000;

type Report = (path: KeyPath, problem: Omit<PlacedProblem, 'path'>) => void;

/**
 * Checks how the parts of a well-formed experiment fit together, in every profile and arm. Each problem is
 * placed where its value was written, which `placeOf` looks up by a path of the experiment's content.
 */
export function checkExperiment(
  experiment: Experiment<MergedRecipe>,
  sections: readonly LauncherSection[],
  placeOf: (path: KeyPath) => Place & { key: string },
): ConfigProblem[] {
  const { content } = experiment.origin;
  const problems = new Map<string, ConfigProblem>();
  const report: Report = (path, words) => {
    const problem = { ...placeOf(path), ...words };
    const identity = `${problem.key}: ${problem.expected}`;
    if (!problems.has(identity)) problems.set(identity, problem);
  };
  checkSections(experiment, sections, report);
  for (const profile of experiment.profiles) {
    checkSize(profile, content, report);
    checkShots(experiment, profile, report);
    profile.arms.forEach(({ recipe }, index) => {
      checkRecipe(recipe, profile, (key) => writtenAt(key, content, profile.name, index), report);
    });
    for (const section of sections) checkPrecision(experiment, section, profile, content, report);
    checkArmsDiffer(experiment, profile, content, report);
    for (const { path, ...words } of unknownArms(profile)) {
      report([...pathOf('compare', content, profile.name), ...path], words);
    }
  }
  return inFileOrder([...problems.values()]);
}

function checkSections(
  { launchers }: Experiment<MergedRecipe>,
  sections: readonly LauncherSection[],
  report: Report,
): void {
  for (const section of sections) {
    const options = launchers[section.key];
    if (options === undefined) continue;
    for (const { path, ...words } of section.problems?.(options) ?? []) report([section.key, ...path], words);
  }
}

function checkSize(
  { name, arms, shots, seeds }: Profile<MergedRecipe>,
  content: ExperimentFile,
  report: Report,
): void {
  const runs = arms.length * shots.length * seeds.length;
  if (runs <= mostRuns) return;
  report(pathOf('seeds', content, name), {
    expected: `at most ${mostRuns} runs in a profile`,
    found: `${arms.length} arms x ${shots.length} shots x ${seeds.length} seeds = ${runs} in profile ${name}`,
    remedy: 'Use fewer seeds, or split the experiment.',
  });
}

function checkShots(
  { dataset, origin: { content } }: Experiment<MergedRecipe>,
  { name, shots }: Profile<MergedRecipe>,
  report: Report,
): void {
  const { smallestClass, title } = factsOf(dataset);
  const first = shots.findIndex((count) => count !== 'all' && count > smallestClass);
  if (first === -1) return;
  const isList = Array.isArray(content.profiles[name]?.shots ?? content.shots);
  report([...pathOf('shots', content, name), isList ? first : 'to'], {
    expected: `at most ${smallestClass}, the training images of the smallest class of ${title}`,
    found: `${isList ? shots[first] : shots.at(-1)}`,
    remedy: 'Use fewer shots, or `all` for the whole training set.',
  });
}

function checkRecipe(
  recipe: MergedRecipe,
  profile: Profile<MergedRecipe>,
  written: (key: RecipeKey) => KeyPath | undefined,
  report: Report,
): void {
  /** Reports the most deeply nested of the keys, and shows all. */
  const reportKeys = (keys: RecipeKey[], expected: string, remedy: string): void => {
    const paths = keys.map(written).filter((path) => path !== undefined);
    const found = keys.map((key) => `${key} ${show(recipe[key])}${written(key) ? '' : ' (the default)'}`);
    const longest = Math.max(...paths.map(({ length }) => length));
    report(paths.find(({ length }) => length === longest) ?? ['profiles', profile.name], {
      expected,
      found: `${found.join(' and ')} in profile ${profile.name}`,
      remedy,
    });
  };
  const { model, weights, resize, crop, batch, batchSplit } = recipe;
  if (model === undefined) {
    report(['profiles', profile.name], {
      expected: `a model for every arm of profile ${profile.name}`,
      found: 'none',
      remedy: 'Write for example `model: mini` in the profile, in `settings` or in the arms.',
    });
  } else {
    const { weights: own, architecture } = modelNamed(model);
    const asked = weights === 'published' || weights === 'embedded' ? weights : undefined;
    if (own !== asked) {
      reportKeys(
        ['model', 'weights'],
        own === undefined ? 'weights for this model' : `the weights that ${model} is the name of`,
        own === undefined
          ? `${model} is an architecture, without weights of its own: write \`weights: random\`, or a model such as BiT-M-R50x3 (published) or BiT-mini (embedded).`
          : `Other weights must not pass for ${model}: write \`model: ${architecture}\`, or \`weights: ${own}\`.`,
      );
    }
  }
  if (crop > resize)
    reportKeys(['crop', 'resize'], '`crop` to be at most `resize`', 'Lower `crop` or raise `resize`.');
  if (batchSplit !== 'auto' && batch % batchSplit !== 0) {
    reportKeys(
      ['batchSplit', 'batch'],
      '`batchSplit` to divide `batch`',
      'Choose a batchSplit that divides the batch into equal micro-batches.',
    );
  }
}

/** Runs on GPUs of unknown capability are checked by the worker. */
function checkPrecision(
  { launchers }: Experiment<MergedRecipe>,
  section: LauncherSection,
  { name, arms }: Profile<MergedRecipe>,
  content: ExperimentFile,
  report: Report,
): void {
  const { key } = section;
  const options = launchers[key];
  const computeCapability = options === undefined ? undefined : section.computeCapability?.(options);
  if (computeCapability === undefined || hasTensorFloat32(computeCapability)) return;
  arms.forEach(({ recipe }, index) => {
    if (!needsTensorFloat32(recipe)) return;
    report(writtenAt('precision', content, name, index)!, {
      expected: tensorFloat32Demand,
      found: `\`${key}.computeCapability\` ${computeCapability.toFixed(1)} in profile ${name}`,
      remedy: `Write \`precision: float32\`, or make \`${key}\` ask for GPUs of Ampere or later.`,
    });
  });
}

/** Two arms with the same runs compare nothing. */
function checkArmsDiffer(
  { dataset, file }: Experiment<MergedRecipe>,
  { name, arms, shots }: Profile<MergedRecipe>,
  content: ExperimentFile,
  report: Report,
): void {
  const seen = new Map<string, string>();
  arms.forEach((arm, index) => {
    if (!hasModel(arm.recipe)) return;
    const { recipe } = arm;
    for (const count of shots) {
      const spec = fineTuneSpec(recipe, dataset, { shots: count, seed: 0 });
      const identity = JSON.stringify([recipe.model, weightsChoice(recipe, file), spec]);
      const twin = seen.get(identity);
      seen.set(identity, twin ?? arm.name);
      if (twin === undefined) continue;
      report(armPath(content, name, index), {
        expected: 'arms that differ',
        found: `arms ${twin} and ${arm.name} with the same settings for shots ${count} in profile ${name}`,
        remedy: `Change a setting of ${arm.name}, or remove it. Settings of an arm override those of its profile.`,
      });
      return;
    }
  });
}

const hasModel = (recipe: MergedRecipe): recipe is Recipe => recipe.model !== undefined;

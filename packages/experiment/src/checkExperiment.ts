import { factsOf, nameOfDataset, type DatasetRef } from '@bit-repro/data';
import { resolutionFor } from '@bit-repro/trainer';
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
    const problem = { ...placeOf(isOfNoProfile(path, content) ? ['settings'] : path), ...words };
    const identity = `${problem.key}: ${problem.expected}`;
    if (!problems.has(identity)) problems.set(identity, problem);
  };
  checkSections(experiment, sections, report);
  for (const profile of experiment.profiles) {
    checkSize(experiment, profile, report);
    for (const dataset of experiment.datasets) checkShots(dataset, profile, content, report);
    profile.arms.forEach(({ recipe }, index) => {
      const written = (key: RecipeKey): KeyPath | undefined => writtenAt(key, content, profile.name, index);
      checkNetwork(recipe, profile, written, report);
      for (const dataset of experiment.datasets) {
        checkTestImages(recipe, dataset, written, report);
        const { width, height } = factsOf(dataset).imageSize;
        checkSizes({ ...resolutionFor(width, height), ...recipe }, profile, written, report);
      }
    });
    for (const section of sections) checkPrecision(experiment, section, profile, content, report);
    checkArmsDiffer(experiment, profile, content, report);
    for (const { path, ...words } of unknownArms(profile)) {
      report([...pathOf('compare', content, profile.name), ...path], words);
    }
  }
  return inFileOrder([...problems.values()]);
}

/** Whether a path leads to a profile without keys of its own, which may have been left out. */
const isOfNoProfile = ([scope, name, ...inner]: KeyPath, { profiles }: ExperimentFile): boolean =>
  scope === 'profiles' && inner.length === 0 && Object.keys(profiles[String(name)] ?? {}).length === 0;

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
  { datasets, origin: { content } }: Experiment<MergedRecipe>,
  { name, arms, shots, seeds }: Profile<MergedRecipe>,
  report: Report,
): void {
  const runs = datasets.length * arms.length * shots.length * seeds.length;
  if (runs <= mostRuns) return;
  const several = datasets.length === 1 ? '' : `${datasets.length} data sets x `;
  report(pathOf('seeds', content, name), {
    expected: `at most ${mostRuns} runs in a profile`,
    found: `${several}${arms.length} arms x ${shots.length} shots x ${seeds.length} seeds = ${runs} in profile ${name}`,
    remedy: 'Use fewer seeds, or split the experiment.',
  });
}

function checkShots(
  dataset: DatasetRef,
  { name, shots }: Profile<MergedRecipe>,
  content: ExperimentFile,
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

/** Where a key was written, if it was. */
type Written = (key: RecipeKey) => KeyPath | undefined;

/** Reports the most deeply nested of some keys of a recipe, and shows all. */
const keysReporter =
  (recipe: MergedRecipe, profile: Profile<MergedRecipe>, written: Written, report: Report) =>
  (keys: RecipeKey[], expected: string, remedy: string): void => {
    const paths = keys.map(written).filter((path) => path !== undefined);
    const found = keys.map((key) => `${key} ${show(recipe[key])}${written(key) ? '' : ' (the default)'}`);
    const longest = Math.max(...paths.map(({ length }) => length));
    report(paths.find(({ length }) => length === longest) ?? ['profiles', profile.name], {
      expected,
      found: `${found.join(' and ')} in profile ${profile.name}`,
      remedy,
    });
  };

function checkNetwork(
  recipe: MergedRecipe,
  profile: Profile<MergedRecipe>,
  written: Written,
  report: Report,
): void {
  const reportKeys = keysReporter(recipe, profile, written, report);
  const { model, weights, batch, batchSplit } = recipe;
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
  if (batchSplit !== 'auto' && batch % batchSplit !== 0) {
    reportKeys(
      ['batchSplit', 'batch'],
      '`batchSplit` to divide `batch`',
      'Choose a batchSplit that divides the batch into equal micro-batches.',
    );
  }
}

function checkTestImages(
  { testImages }: MergedRecipe,
  dataset: DatasetRef,
  written: Written,
  report: Report,
): void {
  const { testImages: all, title } = factsOf(dataset);
  if (testImages === undefined || testImages <= all) return;
  report(written('testImages')!, {
    expected: `at most ${all}, the test images of ${title}`,
    found: String(testImages),
    remedy: 'Use fewer, or leave the key out to score all of them.',
  });
}

/** Of a recipe with the resolution for a data set. */
function checkSizes(
  recipe: MergedRecipe & { resize: number; crop: number },
  profile: Profile<MergedRecipe>,
  written: Written,
  report: Report,
): void {
  if (recipe.crop <= recipe.resize) return;
  const reportKeys = keysReporter(recipe, profile, written, report);
  reportKeys(['crop', 'resize'], '`crop` to be at most `resize`', 'Lower `crop` or raise `resize`.');
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
  { datasets, file }: Experiment<MergedRecipe>,
  { name, arms, shots }: Profile<MergedRecipe>,
  content: ExperimentFile,
  report: Report,
): void {
  const seen = new Map<string, string>();
  arms.forEach((arm, index) => {
    if (!hasModel(arm.recipe)) return;
    const { recipe } = arm;
    const runs = datasets.flatMap((dataset) => shots.map((count) => ({ dataset, count })));
    for (const { dataset, count } of runs) {
      const spec = fineTuneSpec(recipe, dataset, { shots: count, seed: 0 });
      const identity = JSON.stringify([
        ...[nameOfDataset(dataset), recipe.model, weightsChoice(recipe, file)],
        spec,
      ]);
      const twin = seen.get(identity);
      seen.set(identity, twin ?? arm.name);
      if (twin === undefined) continue;
      report(armPath(content, name, index), {
        expected: 'arms that differ',
        found: `arms ${twin} and ${arm.name} with the same settings for shots ${count}${datasets.length === 1 ? '' : ` on ${factsOf(dataset).title}`} in profile ${name}`,
        remedy: `Change a setting of ${arm.name}, or remove it. Settings of an arm override those of its profile.`,
      });
      return;
    }
  });
}

const hasModel = (recipe: MergedRecipe): recipe is Recipe => recipe.model !== undefined;

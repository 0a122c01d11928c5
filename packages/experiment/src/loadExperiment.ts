import { deepFreeze } from '@bit-repro/artifacts';
import { nameOfDataset } from '@bit-repro/data';
import { checkExperiment } from './checkExperiment.ts';
import { checkWeightsFiles } from './checkWeightsFiles.ts';
import { chosenDatasets } from './chosenDatasets.ts';
import { checkShape } from './yaml/checkedYaml.ts';
import { ConfigError, inFileOrder, type ConfigProblem, type KeyPath } from './yaml/errors.ts';
import { expandFile, type Experiment } from './experiment.ts';
import { readExtended } from './yaml/extends.ts';
import { expandGrids } from './grid.ts';
import type { LauncherOptions, LauncherSection } from './launcherSection.ts';
import { loadTarget, targetNames } from './target/loadTarget.ts';
import { applyOverrides } from './yaml/overrides.ts';
import { marginWarnings } from './marginWarnings.ts';
import type { MergedRecipe } from './recipe.ts';
import { experimentFileSchema, experimentSchema } from './schema.ts';
import { rebasePaths } from './rebasePaths.ts';
import { checkRule } from './verdictRule.ts';
import type { Place, YamlFile } from './yaml/yamlFile.ts';

export interface LoadOptions {
  /** The sections of launchers. Default: none. */
  sections?: readonly LauncherSection[];
  /** Overrides in the format of `--set`: `arms.0.baseLr=0.002`. */
  set?: readonly string[];
}

/**
 * Reads an experiment, applies `extends`, overrides and grids, and checks every profile.
 *
 * @throws ConfigError with all problems of the first kind found: syntax, then shape, then how the parts fit
 * together, then weights files of other networks.
 */
export async function loadExperiment(
  file: string,
  { sections = [], set = [] }: LoadOptions = {},
): Promise<Experiment> {
  const yaml = rebasePaths(applyOverrides(await readExtended(file), set), file);
  const grids = expandGrids(checkShape(yaml, experimentSchema(sections), experimentFileSchema(sections)));
  throwIfAny(
    grids.problems.map(({ path, ...words }) => ({
      ...yaml.placeOf(path),
      key: path.map(String).join('.'),
      ...words,
    })),
  );
  const { content, written } = grids;
  const origin = { files: yaml.sources, set, content: deepFreeze(content) };
  const datasets = await chosenDatasets(content.dataset, file, yaml);
  const experiment = expandFile(file, origin, optionsOf(sections, content, file), datasets);
  const placeOf = (path: KeyPath): Place & { key: string } => {
    const at = written(path);
    return { ...yaml.placeOf(at), key: at.map(String).join('.') };
  };
  throwIfAny([...checkExperiment(experiment, sections, placeOf), ...(await checkTarget(experiment, yaml))]);
  if (!isComplete(experiment)) throw new Error('checkExperiment accepted an arm without a model');
  throwIfAny(await checkWeightsFiles(experiment, placeOf));
  return { ...experiment, warnings: await warningsOf(experiment, yaml) };
}

export type Validation = { ok: true; experiment: Experiment } | { ok: false; error: ConfigError };

/** Like `loadExperiment`, but returns problems instead of throwing. */
export async function validateConfig(file: string, options: LoadOptions = {}): Promise<Validation> {
  try {
    return { ok: true, experiment: await loadExperiment(file, options) };
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, error };
    throw error;
  }
}

function throwIfAny(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw new ConfigError(inFileOrder(problems));
}

async function checkTarget(
  { target, verdict, datasets }: Experiment<MergedRecipe>,
  yaml: YamlFile,
): Promise<ConfigProblem[]> {
  const known = await targetNames();
  if (target === undefined || known.includes(target)) {
    const published = target === undefined ? undefined : await loadTarget(target);
    return checkRule(verdict, published, datasets.map(nameOfDataset), yaml);
  }
  return [
    {
      ...yaml.placeOf(['target']),
      key: 'target',
      expected: `one of ${known.join(', ')}`,
      found: target,
      remedy: 'Name a file in configs/targets/ without its extension, or remove the key.',
    },
  ];
}

async function warningsOf(
  { target, verdict, profiles, datasets }: Experiment,
  yaml: YamlFile,
): Promise<ConfigProblem[]> {
  if (target === undefined || verdict === undefined) return [];
  const models = new Set(profiles.flatMap(({ arms }) => arms.map(({ recipe }) => recipe.model)));
  const ours = { models: [...models], datasets: datasets.map(nameOfDataset) };
  return marginWarnings(ours, verdict, await loadTarget(target), yaml);
}

/** The options of launchers in a file's content, by key. */
function optionsOf(sections: readonly LauncherSection[], content: object, file: string): LauncherOptions {
  const said = new Map<string, unknown>(Object.entries(content));
  return Object.fromEntries(
    sections.flatMap((section) => {
      const options = said.get(section.key);
      if (options === undefined) return [];
      return [[section.key, section.atFile?.(options, file) ?? options]];
    }),
  );
}

/** Whether every arm has a model, as checkExperiment requires. */
const isComplete = (experiment: Experiment<MergedRecipe>): experiment is Experiment =>
  experiment.profiles.every(({ arms }) => arms.every(({ recipe }) => recipe.model !== undefined));

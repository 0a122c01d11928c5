import { checkExperiment } from './checkExperiment.ts';
import { readChecked } from './checkedYaml.ts';
import { ConfigError, inFileOrder, type ConfigProblem } from './errors.ts';
import { expandFile, type Experiment } from './experiment.ts';
import { targetNames } from './loadTarget.ts';
import type { MergedRecipe } from './recipe.ts';
import { experimentSchema } from './schema.ts';
import type { YamlFile } from './yamlFile.ts';

/**
 * Reads an experiment and checks it, in every profile.
 *
 * @throws ConfigError with all that is wrong with the file: its syntax; then the shape of what it says; then how the
 *   parts go together.
 */
export async function loadExperiment(file: string): Promise<Experiment> {
  const { content, yaml } = await readChecked(file, experimentSchema);
  const experiment = expandFile(file, content);
  const problems = [
    ...checkExperiment(experiment, content, yaml),
    ...(await checkTarget(experiment.target, yaml)),
  ];
  if (problems.length > 0 || !isComplete(experiment)) throw new ConfigError(inFileOrder(problems));
  return experiment;
}

export type Validation = { ok: true; experiment: Experiment } | { ok: false; error: ConfigError };

/** Like `loadExperiment`, with what is wrong as a value. */
export async function validateConfig(file: string): Promise<Validation> {
  try {
    return { ok: true, experiment: await loadExperiment(file) };
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, error };
    throw error;
  }
}

async function checkTarget(target: string | undefined, yaml: YamlFile): Promise<ConfigProblem[]> {
  if (target === undefined) return [];
  const known = await targetNames();
  if (known.includes(target)) return [];
  return [
    {
      ...yaml.placeOf(['target']),
      key: 'target',
      expected: `one of ${known.join(', ')}`,
      found: target,
      remedy: `Name a file of configs/targets/ without its ending, or drop the key.`,
    },
  ];
}

/** Whether every arm has a model, which checkExperiment asks for. */
const isComplete = (experiment: Experiment<MergedRecipe>): experiment is Experiment =>
  experiment.profiles.every(({ arms }) => arms.every(({ recipe }) => recipe.model !== undefined));

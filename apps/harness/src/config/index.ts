export { readChecked } from './checkedYaml.ts';
export { ConfigError, type ConfigProblem, type PlacedProblem } from './errors.ts';
export type { Arm, Experiment, Origin, Profile } from './experiment.ts';
export { fineTuneSpec, weightsChoice, type WeightsChoice } from './fineTuneSpec.ts';
export { jsonSchemas, toJsonSchema } from './jsonSchema.ts';
export { loadExperiment, validateConfig, type LoadOptions, type Validation } from './loadExperiment.ts';
export { loadTarget, targetNames } from './loadTarget.ts';
export { modelNamed, modelNames, type ModelChoice } from './models.ts';
export type { Recipe } from './recipe.ts';
export type { ExperimentFile } from './schema.ts';
export type {
  Figure6Dot,
  Figure6Panel,
  Figure6Upstream,
  OfficialResult,
  Reproduction2021,
  Target,
} from './targetSchema.ts';
export type { SourceFile } from './yamlFile.ts';
export type { VerdictRule } from './verdictRule.ts';
export type { PlannedRun } from './plannedRun.ts';
export { resolveRuns } from './resolveRuns.ts';
export { profileNamed, selectProfile, type Machine, type ProfileChoice } from './selectProfile.ts';
export type { LauncherOptions, LauncherSection } from './launcherSection.ts';

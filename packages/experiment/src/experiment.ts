import type { DatasetName } from '@bit-repro/data';
import type { LauncherOptions } from './launcherSection.ts';
import { mergeRecipe, type MergedRecipe, type Recipe, type RecipeKeys } from './recipe.ts';
import type { ArmFile, ExperimentFile, ProfileFile } from './schema.ts';
import type { VerdictRule } from './verdictRule.ts';
import type { SourceFile } from './yaml/yamlFile.ts';

/** An experiment that was read and checked: every profile of it can be planned. */
export interface Experiment<R = Recipe> {
  /** The file it was read from, as it was named. */
  file: string;
  origin: Origin;
  name: string;
  title: string;
  description?: string;
  /** Name of the published numbers to compare with. */
  target?: string;
  /** When its report calls a published median reproduced. */
  verdict?: VerdictRule;
  dataset: DatasetName;
  /** How launchers send its runs elsewhere. */
  launchers: LauncherOptions;
  /** In order of preference. */
  profiles: readonly Profile<R>[];
}

/** What an experiment was composed of, and what it came to: plain data, frozen, to keep with what is made of it. */
export interface Origin {
  /** The files that were read, each laid over those after it. */
  files: readonly SourceFile[];
  /** Assignments of the command line, in their order. */
  set: readonly string[];
  /** The experiment as one file would have it: nothing is extended, assigned or left to a grid. */
  content: ExperimentFile;
}

/** A way to run an experiment on some kind of machine. */
export interface Profile<R = Recipe> {
  name: string;
  title: string;
  /** Memory that a GPU must have for the profile to be picked by itself; absent where any machine will do. */
  minGpuMemoryBytes?: number;
  shots: readonly number[];
  seeds: readonly number[];
  arms: readonly Arm<R>[];
}

interface Arm<R = Recipe> {
  name: string;
  title: string;
  /** BiT-HyperRule, then the settings, the profile and the arm of the file, each over the one before. */
  recipe: R;
}

/** The experiment that a file says, with lists written out and recipes merged, but not checked. */
export function expandFile(
  file: string,
  origin: Origin,
  launchers: LauncherOptions,
): Experiment<MergedRecipe> {
  const { content } = origin;
  const { name, title, description, target, verdict, dataset } = content;
  return {
    file,
    origin,
    name,
    title,
    ...(description !== undefined && { description }),
    ...(target !== undefined && { target }),
    ...(verdict !== undefined && { verdict }),
    dataset,
    launchers,
    profiles: Object.entries(content.profiles).map(([key, profile]) => expandProfile(key, profile, content)),
  };
}

function expandProfile(name: string, written: ProfileFile, content: ExperimentFile): Profile<MergedRecipe> {
  const { title = name, minGpuMemory, shots, seeds, arms, ...recipe } = written;
  return {
    name,
    title,
    ...(minGpuMemory !== undefined && { minGpuMemoryBytes: parseFloat(minGpuMemory) * 1024 ** 3 }),
    shots: listShots(shots ?? content.shots),
    seeds: listSeeds(seeds ?? content.seeds),
    arms: (arms ?? content.arms).map((arm) => expandArm(arm, content.dataset, [content.settings, recipe])),
  };
}

function expandArm(
  { name, title = name, ...recipe }: ArmFile,
  dataset: DatasetName,
  layers: readonly RecipeKeys[],
): Arm<MergedRecipe> {
  return { name, title, recipe: mergeRecipe(dataset, [...layers, recipe]) };
}

function listShots(shots: ExperimentFile['shots']): number[] {
  return Array.isArray(shots) ? shots : range(shots.from, shots.to - shots.from + 1);
}

function listSeeds(seeds: ExperimentFile['seeds']): number[] {
  return Array.isArray(seeds) ? seeds : range(seeds.from, seeds.count);
}

const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

import type { DatasetName } from './datasets.ts';
import { mergeRecipe, type MergedRecipe, type Recipe, type RecipeKeys } from './recipe.ts';
import type { ArmFile, ExperimentFile, ProfileFile } from './schema.ts';

/** An experiment that was read and checked: every profile of it can be planned. */
export interface Experiment<R = Recipe> {
  /** The file it was read from, as it was named. */
  file: string;
  name: string;
  title: string;
  description?: string;
  /** Name of the published numbers to compare with. */
  target?: string;
  dataset: DatasetName;
  /** In order of preference. */
  profiles: readonly Profile<R>[];
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

export interface Arm<R = Recipe> {
  name: string;
  title: string;
  /** BiT-HyperRule, then the settings, the profile and the arm of the file, each over the one before. */
  recipe: R;
}

/** The experiment that a file says, with lists written out and recipes merged, but not checked. */
export function expandFile(file: string, content: ExperimentFile): Experiment<MergedRecipe> {
  const { name, title, description, target, dataset } = content;
  return {
    file,
    name,
    title,
    ...(description !== undefined && { description }),
    ...(target !== undefined && { target }),
    dataset,
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

import type { DatasetRef, Shots } from '@bit-repro/data';
import type { ComparedArms } from './comparedArms.ts';
import type { LauncherOptions } from './launcherSection.ts';
import { mergeRecipe, type MergedRecipe, type Recipe, type RecipeKeys } from './recipe.ts';
import type { ArmFile, ExperimentFile, ProfileFile } from './schema.ts';
import type { VerdictRule } from './verdictRule.ts';
import type { ConfigProblem } from './yaml/errors.ts';
import type { SourceFile } from './yaml/yamlFile.ts';

/** A checked experiment: every profile can be planned. */
export interface Experiment<R = Recipe> {
  /** The path of its file, as the user named it. */
  file: string;
  origin: Origin;
  name: string;
  title: string;
  description?: string;
  /** Name of the published numbers to compare with. */
  target?: string;
  /** When its report calls a published result reproduced. */
  verdict?: VerdictRule;
  /** All arms run on each, in every profile. Their names differ. */
  datasets: readonly DatasetRef[];
  /** Options of launchers for other machines. */
  launchers: LauncherOptions;
  /** In order of preference. */
  profiles: readonly Profile<R>[];
  /** What the user should know, but may have meant. */
  warnings: readonly ConfigProblem[];
}

/** The sources and the composed content of an experiment: frozen plain data, to store with its runs. */
export interface Origin {
  /** The files that were read; each overrides those after it. */
  files: readonly SourceFile[];
  /** Overrides from the command line, in order. */
  set: readonly string[];
  /** The experiment as if written in one file, without `extends`, overrides and grids. */
  content: ExperimentFile;
}

/** A way to run an experiment on a kind of machine. */
export interface Profile<R = Recipe> {
  name: string;
  title: string;
  /** GPU memory required for `auto` to select the profile; absent if it needs no GPU. */
  minGpuMemoryBytes?: number;
  shots: readonly Shots[];
  seeds: readonly number[];
  arms: readonly Arm<R>[];
  /** Pairs of its arms that the report compares; absent for every later arm with the first. */
  compare?: Readonly<ComparedArms>;
}

interface Arm<R = Recipe> {
  name: string;
  title: string;
  /** BiT-HyperRule, then settings, profile and arm, each overriding the one before. */
  recipe: R;
}

/** Expands a file into an experiment, with lists written out and recipes merged, but unchecked. */
export function expandFile(
  file: string,
  origin: Origin,
  launchers: LauncherOptions,
  datasets: readonly DatasetRef[],
): Experiment<MergedRecipe> {
  const { content } = origin;
  const { name, title, description, target, verdict } = content;
  return {
    file,
    origin,
    name,
    title,
    ...(description !== undefined && { description }),
    ...(target !== undefined && { target }),
    ...(verdict !== undefined && { verdict }),
    datasets,
    launchers,
    profiles: Object.entries(content.profiles).map(([key, profile]) => expandProfile(key, profile, content)),
    warnings: [],
  };
}

function expandProfile(name: string, written: ProfileFile, content: ExperimentFile): Profile<MergedRecipe> {
  const { title = name, minGpuMemory, shots, seeds, arms, compare = content.compare, ...recipe } = written;
  return {
    name,
    title,
    ...(minGpuMemory !== undefined && { minGpuMemoryBytes: parseFloat(minGpuMemory) * 1024 ** 3 }),
    shots: listShots(shots ?? content.shots),
    seeds: listSeeds(seeds ?? content.seeds),
    arms: (arms ?? content.arms).map((arm) => expandArm(arm, [content.settings, recipe])),
    ...(compare !== undefined && { compare }),
  };
}

function expandArm(
  { name, title = name, ...recipe }: ArmFile,
  layers: readonly RecipeKeys[],
): Arm<MergedRecipe> {
  return { name, title, recipe: mergeRecipe([...layers, recipe]) };
}

function listShots(shots: ExperimentFile['shots']): Shots[] {
  if (shots === 'all') return [shots];
  return Array.isArray(shots) ? shots : range(shots.from, shots.to - shots.from + 1);
}

function listSeeds(seeds: ExperimentFile['seeds']): number[] {
  return Array.isArray(seeds) ? seeds : range(seeds.from, seeds.count);
}

const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

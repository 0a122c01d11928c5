import type { FineTuneSpec } from '@bit-repro/trainer';
import { fineTuneSpec } from './fineTuneSpec.ts';
import type { PlannedRun } from './plannedRun.ts';
import { mergeRecipe } from './recipe.ts';
import type { Target } from './target/targetSchema.ts';

/** The settings that make a recipe. How a batch is split, the precision and when a run evaluates are no part of it. */
export const recipeSettings = [
  'baseLr',
  'schedule',
  'batch',
  'momentum',
  'resize',
  'crop',
  'mixup',
] as const satisfies (keyof FineTuneSpec)[];

export type RecipeSetting = (typeof recipeSettings)[number];

/** The recipe that a target's claims are about, for the data of a run; BiT-HyperRule where there is no target. */
export function claimedRecipe(
  { model, dataset, shots, seed }: PlannedRun,
  target: Target | undefined,
): Pick<FineTuneSpec, RecipeSetting> {
  const recipe = target?.claims.recipe ?? 'bit-hyperrule';
  const merged = mergeRecipe(recipe === 'bit-hyperrule' ? [] : [recipe]);
  return fineTuneSpec({ ...merged, model }, dataset, { shots, seed });
}

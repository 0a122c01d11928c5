import type { RecipeKey } from './recipe.ts';
import type { ExperimentFile } from './schema.ts';
import type { KeyPath } from './yaml/errors.ts';

/** Where a recipe key of an arm was written; undefined if it has its default. */
export function writtenAt(
  key: RecipeKey,
  content: ExperimentFile,
  profile: string,
  arm: number,
): KeyPath | undefined {
  const ofProfile = content.profiles[profile]!;
  const layers: [object, KeyPath][] = [
    [(ofProfile.arms ?? content.arms)[arm]!, armPath(content, profile, arm)],
    [ofProfile, ['profiles', profile]],
    [content.settings, ['settings']],
  ];
  const layer = layers.find(([written]) => Object.hasOwn(written, key));
  return layer && [...layer[1], key];
}

export const armPath = (content: ExperimentFile, profile: string, arm: number): KeyPath => [
  ...pathOf('arms', content, profile),
  arm,
];

/** Where the list that applies to a profile was written. */
export const pathOf = (
  list: 'arms' | 'shots' | 'seeds' | 'compare',
  content: ExperimentFile,
  profile: string,
): KeyPath => (content.profiles[profile]?.[list] === undefined ? [list] : ['profiles', profile, list]);

import { createHash } from 'node:crypto';
import type { RecipeKey } from './recipe.ts';
import type { ArmFile } from './schema.ts';
import { show } from './yaml/shapeProblems.ts';

/** The limits of the schema for written names. */
const mostNameLetters = 64;
const mostTitleLetters = 300;

/** A combination of a grid's values. */
export type Combination = readonly { key: RecipeKey; value: unknown }[];

/** `base-lr-0.003-momentum-0.9`, preceded by the name of the arm if there is one. */
export function combinedName(arm: ArmFile | undefined, combination: Combination): string {
  const words = combination.map(({ key, value }) => {
    const kebab = key.replace(/[A-Z]/g, (letter) => `-${letter}`);
    return `${kebab}-${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  const name = words
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, (between) => (between === '.' ? '.' : '-'));
  return trimmed(arm === undefined ? name : `${arm.name}-${name}`);
}

/**
 * A shortened name with digits of the combination, so that it is unique and does not depend on the rest of
 * the grid.
 */
export function shortName(arm: ArmFile | undefined, combination: Combination): string {
  const digits = createHash('sha256').update(JSON.stringify(combination)).digest('hex').slice(0, 8);
  return `${trimmed(combinedName(arm, combination).slice(0, mostNameLetters - 9))}-${digits}`;
}

export const isShort = (name: string): boolean => name.length <= mostNameLetters;

/** `baseLr=0.003, momentum=0.9`, preceded by the title of the arm if there is one. */
export function combinedTitle(arm: ArmFile | undefined, combination: Combination): string {
  const settings = combination
    .map(
      ({ key, value }) =>
        `${key}=${typeof value === 'string' && /^[\w.-]+$/.test(value) ? value : show(value)}`,
    )
    .join(', ');
  const title = arm === undefined ? settings : `${arm.title ?? arm.name}: ${settings}`;
  return title.slice(0, mostTitleLetters);
}

const trimmed = (name: string): string => name.replace(/[.-]+$/, '');

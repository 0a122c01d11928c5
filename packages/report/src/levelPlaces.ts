import { largest } from '@bit-repro/artifacts';
import { textWidth } from './fonts.ts';
import type { ShownFactor } from './taskDesign.ts';

/** Where the levels of a setting stand along an axis. */
export interface LevelPlaces {
  /** From 0 to one less than the number of levels. */
  places: number[];
  /** What the axis is to say of its scale. */
  scale: '' | 'log scale' | 'not to scale';
}

/** The font size of the labels. */
export const levelFontSize = 11;
/** Between labels, in pixels. */
const gap = 8;

/**
 * Numbers stand by their values, on a logarithmic axis where they are positive and rather factors apart than steps; words, and numbers
 * whose labels would lie on each other, evenly.
 *
 * @param width of the axis, which leaves half a level's share free on both sides, in pixels.
 */
export function levelPlaces({ levels, values }: ShownFactor, width: number): LevelPlaces {
  const even: LevelPlaces = { places: [...levels.keys()], scale: '' };
  if (values === undefined || values.length < 2) return even;
  const isLog = isByFactors(values);
  const along = isLog ? values.map(Math.log) : values;
  const [first, last] = [along[0]!, along.at(-1)!];
  const places = along.map((value) =>
    Number((((value - first) / (last - first)) * (levels.length - 1)).toFixed(4)),
  );
  const widest = largest(levels.map((level) => textWidth(level, levelFontSize, false)));
  const nearest = Math.min(...stepsOf(places)) * (width / levels.length);
  if (nearest < widest + gap) return { ...even, scale: 'not to scale' };
  return { places, scale: isLog ? 'log scale' : '' };
}

/** Rates of which there are only two tell by their ratio alone. */
const leastRatio = 3;

/** Whether positive values, in ascending order, are spaced more evenly by factors than by steps. */
function isByFactors(values: readonly number[]): boolean {
  const [least, most] = [values[0]!, values.at(-1)!];
  if (least <= 0 || most / least < leastRatio) return false;
  return unevenness(stepsOf(values.map(Math.log))) <= unevenness(stepsOf(values));
}

const stepsOf = (values: readonly number[]): number[] =>
  values.slice(1).map((value, index) => value - values[index]!);

const unevenness = (steps: readonly number[]): number => largest(steps) / Math.min(...steps);

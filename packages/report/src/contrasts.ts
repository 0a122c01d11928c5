import type { PlannedRun } from '@bit-repro/experiment';
import { armSettings, differingSettings, insteadInWords, type ArmSettings } from './armSettings.ts';
import {
  commonLevels,
  effectsOf,
  factorialDesign,
  type Design,
  type DesignEffect,
} from './factorialDesign.ts';
import { isSameTask, taskOf, tasksOf, type Task } from './task.ts';
import { capitalised, listOf } from './view/words.ts';

/** A question to the arms at one task: a weighted sum of their accuracies, taken seed by seed. */
export interface Contrast extends Task {
  /** Two arms that the config compares, or an effect in the design that all arms make. */
  kind: 'pair' | DesignEffect['kind'];
  /** "Learning rate 0.001 instead of 0.003". */
  title: string;
  /** By titles of arms. A pair has the weights 1 and -1. */
  terms: { arm: string; weight: number }[];
}

/** Two arms by their names. */
export interface ArmPair {
  arm: string;
  against: string;
}

/**
 * What a report compares: the pairs, by default every later arm with the first, and where the arms are every combination of two
 * or more settings, the effects of each, unless a pair asks for it. One question after the other, each at all tasks.
 */
export function plannedContrasts(
  planned: readonly PlannedRun[],
  titleOf: (run: PlannedRun) => string,
  pairs?: readonly ArmPair[],
): Contrast[] {
  const lists = tasksOf(planned.map(taskOf)).map((task) =>
    contrastsOf(armsAt(task, planned, titleOf), pairs).map((contrast): Contrast => ({
      ...contrast,
      ...task,
    })),
  );
  const most = Math.max(0, ...lists.map(({ length }) => length));
  return [...Array(most).keys()].flatMap((index) => lists.flatMap((list) => list[index] ?? []));
}

/** The settings of the arms at a task, by their names. */
export function armsAt(
  task: Task,
  planned: readonly PlannedRun[],
  titleOf: (run: PlannedRun) => string,
): Map<string, ArmSettings> {
  const runs = new Map<string, PlannedRun>();
  for (const run of planned)
    if (isSameTask(taskOf(run), task) && !runs.has(run.arm.name)) runs.set(run.arm.name, run);
  return new Map([...runs].map(([name, run]) => [name, armSettings(titleOf(run), run)]));
}

function contrastsOf(
  arms: ReadonlyMap<string, ArmSettings>,
  pairs?: readonly ArmPair[],
): Omit<Contrast, keyof Task>[] {
  const design = factorialDesign([...arms.values()]);
  const compared = (pairs ?? everyLater([...arms.keys()])).flatMap(({ arm, against }) => {
    const [one, other] = [arms.get(arm), arms.get(against)];
    return one === undefined || other === undefined ? [] : [pairContrast(one, other, design)];
  });
  const known = new Set(compared.map(armsOf));
  const effects = (design === undefined ? [] : effectsOf(design))
    .filter((effect) => !known.has(armsOf(effect)))
    .map((effect) => ({ ...effect, title: capitalised(effect.title) }));
  const averaged = effects.filter(({ kind }) => kind !== 'simple');
  const isLarge = design !== undefined && arms.size > mostSimple;
  if (pairs !== undefined) return [...compared, ...(isLarge ? averaged : effects)];
  // Nobody asked for a pair: then the question to a design is what each setting does, and whether it depends on another.
  if (isLarge) return averaged;
  return [...averaged, ...compared, ...effects.filter(({ kind }) => kind === 'simple')];
}

/** From so many arms on, what a setting does at each value of the others is seen in the figure: to test it all would hide everything. */
const mostSimple = 4;

const everyLater = ([first, ...later]: readonly string[]): ArmPair[] =>
  later.map((arm) => ({ arm, against: first! }));

function pairContrast(
  one: ArmSettings,
  other: ArmSettings,
  design: Design | undefined,
): Omit<Contrast, keyof Task> {
  const differing = differingSettings(one, other);
  const common = design === undefined ? '' : commonLevels(design, one.arm, other.arm);
  const inWords = listOf(
    differing.map((name) => insteadInWords(name, one.settings.get(name)!, other.settings.get(name)!)),
  );
  // What a network is called says less than the title that its arm was given.
  const isShort = [1, 2].includes(differing.length) && String(differing) !== 'network';
  return {
    kind: 'pair',
    title: isShort
      ? capitalised(`${inWords}${common === '' ? '' : ` (${common})`}`)
      : `${one.arm} instead of ${other.arm}`,
    terms: [
      { arm: one.arm, weight: 1 },
      { arm: other.arm, weight: -1 },
    ],
  };
}

/** The same for a pair and its reverse. */
const armsOf = ({ terms }: Pick<Contrast, 'terms'>): string =>
  JSON.stringify(terms.map(({ arm }) => arm).sort());

import type { PlannedRun } from '@bit-repro/experiment';
import { settingNames, shortSchedule } from './armSettings.ts';
import { armsAt } from './contrasts.ts';
import { designOf, levelInWords, type Factor } from './factorialDesign.ts';
import { taskOf, tasksOf, type Task } from './task.ts';
import { listOf } from './view/words.ts';

/** A setting that arms differ in, or several that always change together. */
export interface ShownFactor {
  /** "learning rate". */
  title: string;
  /** Numbers from the least to the greatest; words in the order of the arms. */
  levels: string[];
  /** The same in a sentence: "schedule of 500 steps". */
  named: string[];
  /** The levels, where they are numbers. */
  values?: number[];
}

/** The settings that the arms at a task combine: those to show along an axis come first. */
export interface TaskDesign extends Task {
  factors: ShownFactor[];
  /** The level of every factor, arm by arm. */
  cells: { arm: string; cell: number[] }[];
}

/** The fewest values of a single setting that are a sweep of it. */
const leastSweep = 3;

/**
 * What the arms of an experiment combine: every combination of two settings or more, or a sweep of one that is a number. Empty where
 * they are anything else at one of the tasks.
 */
export function taskDesigns(
  planned: readonly PlannedRun[],
  titleOf: (run: PlannedRun) => string,
): TaskDesign[] {
  const tasks = tasksOf(planned.map(taskOf));
  const designs = tasks.flatMap((task): TaskDesign[] => {
    const design = designOf([...armsAt(task, planned, titleOf).values()]);
    if (design === undefined) return [];
    const factors = design.factors.map(shownFactor);
    const [first] = factors as [Ordered];
    const isSweep = first.values !== undefined && first.levels.length >= leastSweep;
    if (factors.length === 1 && !isSweep) return [];
    const order = [...factors.keys()].sort((one, other) => rank(factors[other]!) - rank(factors[one]!));
    return [
      {
        ...task,
        factors: order.map((factor) => {
          const { places: _, ...shown } = factors[factor]!;
          return shown;
        }),
        cells: design.cells.map(({ arm, cell }) => ({
          arm,
          cell: order.map((factor) => factors[factor]!.places[cell[factor]!]!),
        })),
      },
    ];
  });
  return designs.length === tasks.length ? designs : [];
}

/** Where each level of the design stands among those that are shown. */
type Ordered = ShownFactor & { places: number[] };

/** Numbers before words, many levels before few. */
const rank = ({ values, levels }: ShownFactor): number => levels.length + (values === undefined ? 0 : 1000);

function shownFactor(factor: Factor): Ordered {
  const { settings, levels } = factor;
  const columns = settings.map((setting, index) => {
    const values = levels.map((level) => level[index]!);
    return values.map((value) => shortSchedule(setting, value, values) ?? value);
  });
  const inWords = levels.map((_, level) => columns.map((column) => column[level]!).join(', '));
  const isSteps = columns[0]!.some((value, level) => value !== levels[level]![0]);
  const numbers = columns.length === 1 ? inWords.map(Number) : [];
  const isNumeric = numbers.length > 0 && numbers.every(Number.isFinite);
  const order = [...inWords.keys()];
  if (isNumeric) order.sort((one, other) => numbers[one]! - numbers[other]!);
  return {
    title: settings.length === 1 && isSteps ? `steps of the ${settingNames.schedule}` : listOf(settings),
    levels: order.map((level) => inWords[level]!),
    named: order.map((level) => levelInWords(factor, level)),
    ...(isNumeric && { values: order.map((level) => numbers[level]!) }),
    places: order.map((_, level) => order.indexOf(level)),
  };
}

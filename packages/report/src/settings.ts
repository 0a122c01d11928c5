import { datasetNamed } from '@bit-repro/data';
import { bitHyperRule, resolutionFor, scheduleSupports, type FineTuneSpec } from '@bit-repro/trainer';
import type { Target, PlannedRun } from '@bit-repro/experiment';
import { networkTitle, placeInFigure } from './network.ts';

/** One setting of the recipe: the paper's, that of 2021, and each arm's. */
export interface SettingRow {
  setting: string;
  paper: string;
  /** Absent where the reproduction of 2021 does not state it. */
  reproduction2021?: string;
  arms: { value: string; differs: boolean }[];
}

/** The recipe of every arm beside the paper's, BiT-HyperRule, and beside that of 2021. */
export function settingRows(
  armsOfRuns: readonly (readonly PlannedRun[])[],
  target: Target | undefined,
): SettingRow[] {
  const earlier = target?.reproduction2021.settings;
  const network = target?.reproduction2021.model;
  const row = (
    setting: string,
    pick: (run: PlannedRun) => string,
    paper: (run: PlannedRun) => string,
    in2021?: string,
  ): SettingRow => ({
    setting,
    paper: distinct(armsOfRuns.flat().map(paper)),
    ...(in2021 === undefined ? {} : { reproduction2021: in2021 }),
    arms: armsOfRuns.map((runs) => ({
      value: distinct(runs.map(pick)),
      differs: runs.some((run) => pick(run) !== paper(run)),
    })),
  });
  const recipeRow = (
    setting: string,
    show: (recipe: Pick<FineTuneSpec, RecipeKey>) => string,
    in2021?: string,
  ): SettingRow =>
    row(
      setting,
      ({ fineTune }) => show(fineTune),
      (run) => show(paperRecipe(run)),
      in2021,
    );
  return [
    ...(target === undefined || network === undefined
      ? []
      : [
          row(
            'Network',
            networkTitle,
            (run) => (placeInFigure(run, target) === undefined ? network : run.model),
            network,
          ),
        ]),
    recipeRow('Base learning rate', ({ baseLr }) => String(baseLr), text(earlier?.baseLr)),
    recipeRow(
      'Schedule (warm-up, decays, end), steps',
      ({ schedule }) => schedule.join(', '),
      earlier?.schedule.join(', '),
    ),
    recipeRow('Batch, images', ({ batch }) => String(batch), text(earlier?.batch)),
    recipeRow('Momentum', ({ momentum }) => String(momentum)),
    recipeRow('Resized to, px', ({ resize }) => String(resize)),
    recipeRow('Cropped to, px', ({ crop }) => String(crop)),
    {
      setting: 'Computed in',
      paper: 'not stated',
      arms: armsOfRuns.map((runs) => ({
        value: distinct(runs.map(({ fineTune }) => fineTune.precision)),
        differs: runs.some(({ fineTune }) => fineTune.precision !== 'float32'),
      })),
    },
  ];
}

type RecipeKey = 'baseLr' | 'schedule' | 'batch' | 'momentum' | 'resize' | 'crop';

/** BiT-HyperRule for a run's data. */
function paperRecipe({ dataset, shots }: PlannedRun): Pick<FineTuneSpec, RecipeKey> {
  const { classes, imageSide } = datasetNamed(dataset);
  return {
    ...bitHyperRule,
    ...resolutionFor(imageSide, imageSide),
    schedule: scheduleSupports('bit-hyperrule', shots * classes.length),
  };
}

const distinct = (values: readonly string[]): string => [...new Set(values)].join('; ');
const text = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : String(value);

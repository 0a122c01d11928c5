import { datasetNamed } from '@bit-repro/data';
import { bitHyperRule, resolutionFor, scheduleSupports, type FineTuneSpec } from '@bit-repro/trainer';
import { sourcesOf, type PlannedRun, type PublishedSource, type Target } from '@bit-repro/experiment';
import { claimedModel, networkTitle, referenceModel } from './network.ts';

/** One setting of the recipe: the paper's, those of others, and each arm's. */
export interface SettingRow {
  setting: string;
  paper: string;
  /** Of the sources that state settings, in their order; empty where one does not state this. */
  others: string[];
  arms: { value: string; differs: boolean }[];
}

/** The sources whose settings stand beside the paper's: those that published something of these networks. */
export const settingSources = (target: Target | undefined, models: readonly string[]): PublishedSource[] =>
  target === undefined
    ? []
    : sourcesOf(target).filter(
        ({ settings, results }) =>
          settings !== undefined && results.some(({ model }) => models.includes(model)),
      );

/** The recipe of every arm beside the paper's, BiT-HyperRule, and beside those of others. */
export function settingRows(
  armsOfRuns: readonly (readonly PlannedRun[])[],
  target: Target | undefined,
  sources: readonly PublishedSource[],
): SettingRow[] {
  const row = (
    setting: string,
    pick: (run: PlannedRun) => string,
    paper: (run: PlannedRun) => string,
    others: string[],
  ): SettingRow => ({
    setting,
    paper: distinct(armsOfRuns.flat().map(paper)),
    others,
    arms: armsOfRuns.map((runs) => ({
      value: distinct(runs.map(pick)),
      differs: runs.some((run) => pick(run) !== paper(run)),
    })),
  });
  const recipeRow = (setting: string, key: RecipeKey): SettingRow =>
    row(
      setting,
      ({ fineTune }) => inWords(fineTune[key]),
      (run) => inWords(paperRecipe(run)[key]),
      sources.map(({ settings }) => inWords(settings?.[key])),
    );
  return [
    ...(target === undefined
      ? []
      : [
          row(
            'Network',
            networkTitle,
            (run) => claimedModel(run, target) ?? referenceModel(target),
            sources.map(({ results }) => distinct(results.map(({ model }) => model))),
          ),
        ]),
    recipeRow('Base learning rate', 'baseLr'),
    recipeRow('Schedule (warm-up, decays, end), steps', 'schedule'),
    recipeRow('Batch, images', 'batch'),
    recipeRow('Momentum', 'momentum'),
    recipeRow('Resized to, px', 'resize'),
    recipeRow('Cropped to, px', 'crop'),
    {
      setting: 'Computed in',
      paper: 'not stated',
      others: sources.map(() => ''),
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
const inWords = (value: number | string | readonly number[] | undefined): string =>
  typeof value === 'object' ? value.join(', ') : String(value ?? '');

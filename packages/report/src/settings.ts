import {
  claimedRecipe,
  datasetOf,
  recipeSettings,
  referenceModel,
  sourcesOf,
  type PlannedRun,
  type PublishedSource,
  type RecipeSetting,
  type Target,
} from '@bit-repro/experiment';
import { settingNames } from './armSettings.ts';
import { claimedModel, isSampled, networkTitle } from './network.ts';

/** One setting of the recipe: the paper's, those of others, and each arm's. */
export interface SettingRow {
  setting: string;
  paper: string;
  /** Of the sources that state settings, in their order; empty where one does not state this. */
  others: string[];
  arms: { value: string; differs: boolean }[];
}

/** The sources whose settings stand beside the paper's: those that published something of these networks on these data sets. */
export const settingSources = (
  target: Target | undefined,
  models: readonly string[],
  datasets: readonly string[],
): PublishedSource[] =>
  target === undefined
    ? []
    : sourcesOf(target).filter(
        (source) =>
          source.settings !== undefined &&
          source.results.some(
            (result) => models.includes(result.model) && datasets.includes(datasetOf(result, source)),
          ),
      );

const titles: Record<RecipeSetting, string> = {
  baseLr: 'Base learning rate',
  schedule: 'Schedule (warm-up, decays, end), steps',
  batch: 'Batch, images',
  momentum: 'Momentum',
  resize: 'Resized to, px',
  crop: 'Cropped to, px',
  mixup: 'MixUp, alpha',
};

/** In which settings a run is of another recipe than the claims. */
export const deviationsOf = (run: PlannedRun, target: Target | undefined): string[] => {
  const claimed = claimedRecipe(run, target);
  return recipeSettings
    .filter((key) => inWords(run.fineTune[key]) !== inWords(claimed[key]))
    .map((key) => settingNames[key]);
};

/** Settings that are not the paper's, but do not make another recipe. */
export const allowedDeviations = ({ fineTune: { precision, batchSplit } }: PlannedRun): string[] => [
  ...(precision === 'float32' ? [] : [`computed in ${precision}`]),
  ...(typeof batchSplit === 'number' && batchSplit > 1 ? [`batch in ${batchSplit} parts`] : []),
];

/** The recipe of every arm beside the paper's, the claims' own, and beside those of others. */
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
  const recipeRow = (key: RecipeSetting): SettingRow =>
    row(
      titles[key],
      ({ fineTune }) => inWords(fineTune[key]),
      (run) => inWords(claimedRecipe(run, target)[key]),
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
    ...recipeSettings.map(recipeRow),
    {
      setting: 'Batch split',
      paper: '',
      others: sources.map(({ settings }) => inWords(settings?.batchSplit)),
      arms: armsOfRuns.map((runs) => ({
        value: distinct(
          runs.map(({ fineTune }) =>
            fineTune.batchSplit === 'auto' ? 'as memory allows' : String(fineTune.batchSplit),
          ),
        ),
        differs: false,
      })),
    },
    ...(armsOfRuns.flat().some(isSampled)
      ? [
          row(
            'Test images scored',
            ({ fineTune }) => inWords(fineTune.testImages ?? 'all'),
            () => 'all',
            sources.map(() => 'all'),
          ),
        ]
      : []),
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

const distinct = (values: readonly string[]): string => [...new Set(values)].join('; ');
const inWords = (value: number | string | readonly number[] | undefined): string =>
  typeof value === 'object' ? value.join(', ') : String(value ?? '');

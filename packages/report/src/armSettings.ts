import type { PlannedRun } from '@bit-repro/experiment';
import type { FineTuneSpec } from '@bit-repro/trainer';
import { networkTitle } from './network.ts';

type RecipeSetting = Exclude<keyof FineTuneSpec, 'architecture' | 'classes' | 'shots' | 'seed'>;

/** The settings of a recipe, as a sentence names them. */
export const settingNames: Record<RecipeSetting, string> = {
  baseLr: 'learning rate',
  schedule: 'schedule',
  batch: 'batch',
  batchSplit: 'batch split',
  momentum: 'momentum',
  precision: 'precision',
  resize: 'resize',
  crop: 'crop',
  evaluateEvery: 'evaluation interval',
  evaluationBatch: 'evaluation batch',
  mixup: 'MixUp',
  testImages: 'test images',
};

/** An arm at one task: its title, and its settings by the name that a sentence gives them. */
export interface ArmSettings {
  arm: string;
  settings: ReadonlyMap<string, string>;
}

/** What arms can differ in, of one run of an arm. */
export function armSettings(arm: string, run: PlannedRun): ArmSettings {
  const recipe = Object.entries(settingNames).map(([key, name]): [string, string] => {
    const value = run.fineTune[key as RecipeSetting];
    return [name, typeof value === 'object' ? value.join(', ') : String(value ?? 'all')];
  });
  return { arm, settings: new Map([['network', networkTitle(run)], ...recipe]) };
}

/** Names of the settings in which two arms differ. */
export const differingSettings = ({ settings }: ArmSettings, other: ArmSettings): string[] =>
  [...settings.keys()].filter((name) => settings.get(name) !== other.settings.get(name));

/** "learning rate 0.001"; a schedule is named by its last step where that tells it from `others`. */
export function settingInWords(name: string, value: string, others: readonly string[]): string {
  const short = shortSchedule(name, value, others);
  return short === undefined ? `${name} ${value}` : `schedule of ${short} steps`;
}

/** "learning rate 0.001 instead of 0.003". */
export function insteadInWords(name: string, value: string, other: string): string {
  const bare = shortSchedule(name, other, [value]) ?? other;
  return `${settingInWords(name, value, [other])} instead of ${bare}`;
}

/** The last step of a schedule, where that tells it from `others`; none of any other setting. */
export function shortSchedule(name: string, value: string, others: readonly string[]): string | undefined {
  const end = (steps: string): string => steps.split(', ').at(-1)!;
  const isAlone = others.every((other) => other === value || end(other) !== end(value));
  return name === settingNames.schedule && isAlone ? end(value) : undefined;
}

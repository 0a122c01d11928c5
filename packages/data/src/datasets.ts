import { cifar10 } from './cifar10Format.ts';
import type { Dataset } from './dataset.ts';

/** Every data set, by the name that configs have for it. Where they are found is in datasetSources.ts. */
export const datasets = { cifar10 } as const satisfies Record<string, Dataset>;

export type DatasetName = keyof typeof datasets;
export const datasetNames = Object.keys(datasets) as [DatasetName, ...DatasetName[]];

/** The data set of this name. */
export const datasetNamed = (name: DatasetName): Dataset => datasets[name];

import { cifar10 } from './cifar10Format.ts';
import { cifar100 } from './cifar100Format.ts';
import type { Dataset } from './dataset.ts';

/** All published data sets, by their name in configs. Their sources are in datasetSources.ts. */
export const datasets = { cifar10, cifar100 } as const satisfies Record<string, Dataset>;

export type DatasetName = keyof typeof datasets;
export const datasetNames = Object.keys(datasets) as [DatasetName, ...DatasetName[]];

export const datasetNamed = (name: DatasetName): Dataset => datasets[name];

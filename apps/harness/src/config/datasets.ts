import { cifar10Classes, imageSide } from '@bit-repro/data';

/** What a config has to respect of each data set. */
export const datasets = {
  cifar10: {
    title: 'CIFAR-10',
    classes: cifar10Classes.length,
    /** Training images of the smallest class. */
    smallestClass: 5000,
    testImages: 10_000,
    /** Pixels; images are square. */
    imageSide,
  },
} as const;

export type DatasetName = keyof typeof datasets;
export const datasetNames = Object.keys(datasets) as [DatasetName, ...DatasetName[]];

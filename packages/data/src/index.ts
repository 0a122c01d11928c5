export { officialArchive } from './archiveSource.ts';
export { BatchSampler, drawCropsAndFlips, gatherImages, type CropsAndFlips } from './batches.ts';
export { imageAt, imageBytes, imageSide } from './cifar10Format.ts';
export type { Dataset, DatasetFiles, ReadOptions } from './dataset.ts';
export { datasetNamed, datasetNames, datasets, type DatasetName } from './datasets.ts';
export { datasetFolder, datasetOrigins, openDataset, readDataset } from './datasetSources.ts';
export { drawFewShotSubset, shuffledIndices, type FewShotSubset } from './fewShot.ts';
export type { DatasetImages, ImageSet } from './imageSet.ts';

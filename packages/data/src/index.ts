export { BatchSampler, drawCropsAndFlips, type CropsAndFlips } from './batches.ts';
export { imageBytes, imageSide } from './cifar10Format.ts';
export type { DatasetFacts } from './dataset.ts';
export {
  datasetNamed,
  datasetNames,
  datasetRecordSchema,
  datasetRefSchema,
  datasets,
  factsOf,
  publishedRecord,
  refOf,
  type DatasetName,
  type DatasetRecord,
  type DatasetRef,
} from './datasets.ts';
export {
  datasetFolder,
  datasetOrigins,
  identifyDataset,
  labelsAtHand,
  openDataset,
  readDataset,
  readRecorded,
} from './datasetSources.ts';
export { drawMixup, type Mixup } from './mixup.ts';
export {
  drawFewShotSubset,
  drawSubset,
  type FewShotSubset,
  type Shots,
  type TrainingSubset,
} from './fewShot.ts';
export {
  bytesOf,
  gatherImages,
  HeldImages,
  type DatasetImages,
  type ImageSize,
  type ImageSource,
  type Labels,
} from './imageSource.ts';
export { openMaterial, type DatasetMaterial } from './openMaterial.ts';
export { readAhead } from './readAhead.ts';

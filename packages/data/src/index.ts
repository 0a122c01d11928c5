export { bytesOf, defaultCacheBytes, type ImageSize } from '@bit-repro/images';
export { BatchSampler, drawCropsAndFlips, type CropsAndFlips } from './batches.ts';
export { imageBytes, imageSide } from './cifarFormat.ts';
export {
  briefOf,
  claimedNames,
  countsOf,
  datasetBriefSchema,
  datasetRecordSchema,
  datasetRefSchema,
  datasetTitle,
  factsOf,
  nameOfDataset,
  publishedRecord,
  type DatasetBrief,
  type DatasetRecord,
  type DatasetRef,
} from './datasetRecord.ts';
export { datasetNamed, datasetNames, datasets, type DatasetName } from './datasets.ts';
export { datasetFolder, datasetOrigins, openDataset, readDataset } from './datasetSources.ts';
export { drawMixup, type Mixup } from './mixup.ts';
export {
  drawFewShotSubset,
  drawSubset,
  type FewShotSubset,
  type Shots,
  type TrainingSubset,
} from './fewShot.ts';
export { exportImages } from './exportImages.ts';
export {
  gatherImages,
  HeldImages,
  type DatasetImages,
  type DatasetLabels,
  type ImageSource,
  type Labels,
} from './imageSource.ts';
export { openListed, type ListedDataset } from './openListed.ts';
export { openMaterial, type DatasetMaterial } from './openMaterial.ts';
export { sampledImages, testSample } from './testSample.ts';
export { readAhead, readsAhead } from './readAhead.ts';
export {
  describeImages,
  folderOf,
  holdOutSchema,
  isLayout,
  layoutNamed,
  layoutNames,
  type ImagePlace,
  type LayoutName,
  type SurveyedDataset,
} from './surveyed/surveyedDataset.ts';
export { datasetAtHand, prepareDataset, prepareRecorded } from './prepareDataset.ts';
export { labelsAtHand, readRecorded } from './readRecorded.ts';

export { officialArchive, type ArchiveSource } from './archiveSource.ts';
export { BatchSampler, drawCropsAndFlips, gatherImages, type CropsAndFlips } from './batches.ts';
export {
  cifar10Folder,
  openCifar10,
  readCifar10,
  type Cifar10Source,
  type OpenCifar10Options,
} from './cifar10.ts';
export {
  cifar10Classes,
  cifar10Files,
  decodeCifar10,
  imageAt,
  imageBytes,
  imageSide,
  type Cifar10,
  type Cifar10Bytes,
  type Cifar10File,
  type ImageSet,
} from './cifar10Format.ts';
export { drawFewShotSubset, shuffledIndices, type FewShotSubset } from './fewShot.ts';

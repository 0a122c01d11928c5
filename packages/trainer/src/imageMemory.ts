import {
  bytesOf,
  countsOf,
  defaultCacheBytes,
  readsAhead,
  type DatasetBrief,
  type DatasetRecord,
  type ImageSize,
} from '@bit-repro/data';
import type { FineTuneSpec } from './spec.ts';

/** Memory of CIFAR-10 in the process: its files and its pixels. Measured; CIFAR-100 has as many bytes. */
const publishedBytes = 0.37e9;
/** Memory of an image's name, label and SHA-256. Measured with 1.3 million: 330 bytes. */
const bytesPerFile = 350;

/** Memory in the process for images, in bytes. */
export interface ImageMemory {
  /** The data set itself: its files, or the list of them. */
  dataset: number;
  /** The most that batches of pixels have: those in use, and those that are read ahead, for training and for evaluation. */
  batches: number;
  /** The most that is kept of images that were decoded. */
  cache: number;
  total: number;
}

/**
 * What a run holds of its images in the process. A pixel is three bytes there, at the size that images are resized to, before
 * they are cropped; what the network makes of a micro-batch of them is part of `trainingBytes`. With MixUp, each image of a
 * batch comes with its partner. Images of CIFAR are read at their own size, and resized on the device.
 */
export function imageMemory({
  fineTune: { batch, mixup, resize, crop, evaluationBatch, shots, testImages: scored },
  dataset,
}: {
  fineTune: Pick<
    FineTuneSpec,
    'batch' | 'mixup' | 'resize' | 'crop' | 'evaluationBatch' | 'shots' | 'testImages'
  >;
  dataset: DatasetBrief | DatasetRecord;
}): ImageMemory {
  const { imageSize, trainingImages, testImages, classCount } = countsOf(dataset);
  const isStored = typeof dataset !== 'string' && 'folder' in dataset;
  const sizeFor = (side: number): ImageSize => (isStored ? { height: side, width: side } : imageSize);
  const [trainingImage, testImage] = [bytesOf(sizeFor(resize)), bytesOf(sizeFor(crop))];
  const step = batch * (mixup > 0 ? 2 : 1) * trainingImage;
  const batches = (1 + readsAhead) * (step + evaluationBatch * testImage);
  if (!isStored) return { dataset: publishedBytes, batches, cache: 0, total: publishedBytes + batches };
  const used = shots === 'all' ? trainingImages : shots * classCount;
  const cache = Math.min(defaultCacheBytes, used * trainingImage + (scored ?? testImages) * testImage);
  const list = bytesPerFile * (trainingImages + testImages);
  return { dataset: list, batches, cache, total: list + batches + cache };
}

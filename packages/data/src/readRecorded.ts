import { isDeepStrictEqual } from 'node:util';
import { InputError } from '@bit-repro/artifacts';
import type { DatasetFiles, ReadOptions } from './dataset.ts';
import type { DatasetRecord } from './datasetRecord.ts';
import { datasetNamed, type DatasetName } from './datasets.ts';
import { datasetFolder, readDataset } from './datasetSources.ts';
import { labelsOf, type DatasetLabels } from './imageSource.ts';
import type { DatasetMaterial } from './openMaterial.ts';
import { sha1Of } from './sha1Of.ts';
import { identifyImages, type SurveyedImages } from './surveyed/surveyedDataset.ts';

export type Fetching = Omit<ReadOptions, 'folder'>;

/**
 * The labels of a data set's images, without fetching anything.
 *
 * @throws InputError, OutsideError if it is not on this machine, or not as it was.
 */
export async function labelsAtHand(record: DatasetRecord): Promise<DatasetLabels> {
  if ('name' in record) {
    const files = await requirePublished(record, { folder: datasetFolder(record.name) });
    const { train, test } = datasetNamed(record.name).decode(files);
    return { train: train.labels, test: test.labels };
  }
  const { train, test } = await requireSurveyed(record, {});
  return { train: labelsOf(train), test: labelsOf(test) };
}

/**
 * What the images of a run are made from, checked to be what it was planned with. With `trustsTraining`, not each of what may
 * be a million training images is looked at: one that has changed since it was last read is noticed when it is read again.
 *
 * @throws InputError if a folder has changed; as {@link readDataset}.
 */
export async function readRecorded(
  record: DatasetRecord,
  options: Fetching & { trustsTraining?: boolean } = {},
): Promise<DatasetMaterial> {
  if ('name' in record) return { files: await requirePublished(record, options) };
  return { images: await requireSurveyed(record, options) };
}

async function requirePublished(
  { name, sha1 }: Extract<DatasetRecord, { name: DatasetName }>,
  options: ReadOptions,
): Promise<DatasetFiles> {
  const files = await readDataset(name, options);
  const { title, sha1: published } = datasetNamed(name);
  // Where sums are published, the files were held to them.
  if (published !== undefined || isDeepStrictEqual(sha1Of(files), sha1)) return files;
  throw new InputError(
    `The files of ${title} in ${datasetFolder(name)} are not those that the run was planned with`,
    'Run the experiment again: it then runs on what the folder has now.',
  );
}

async function requireSurveyed(
  record: Exclude<DatasetRecord, { name: DatasetName }>,
  { trustsTraining = false, ...options }: Fetching & { trustsTraining?: boolean },
): Promise<SurveyedImages> {
  // If they are others by what is remembered, that may be out of date.
  for (const trusts of trustsTraining ? [true, false] : [false]) {
    const images = await identifyImages(record, { ...options, trustsTraining: trusts });
    if (images.manifest === record.manifest) return images;
  }
  throw new InputError(
    `The images in ${record.folder} are not those that the run was planned with`,
    'Run the experiment again: it then runs on what the folder has now.',
  );
}

import { exists } from '@bit-repro/artifacts';
import type { DatasetFiles } from './dataset.ts';
import { publishedRecord, type DatasetRecord, type DatasetRef } from './datasetRecord.ts';
import { datasetNamed, type DatasetName } from './datasets.ts';
import { archiveMd5Of, datasetFolder, readDataset } from './datasetSources.ts';
import { readRecorded, type Fetching } from './readRecorded.ts';
import { sha1Of } from './sha1Of.ts';
import { requireDecodable } from './surveyed/requireDecodable.ts';
import {
  identifyImages,
  pathOf,
  type ImagePlace,
  type SurveyedDataset,
  type SurveyedImages,
} from './surveyed/surveyedDataset.ts';

/**
 * Has everything here that the images of a data set are made from, before the first run: files are fetched, and image files
 * decoded once. Each file is looked at once.
 *
 * @returns the data set with checksums of all that runs will read.
 * @throws InputError if an image cannot be decoded, or a folder is not as it should be; OutsideError if no source can be
 * reached, a file cannot be read, or the cache cannot be written; the reason of `signal`.
 */
export async function prepareDataset(ref: DatasetRef, options: Fetching = {}): Promise<DatasetRecord> {
  if (typeof ref === 'string') return recordOfFiles(ref, await readDataset(ref, options));
  const images = await identifyImages(ref, options);
  await requireSound(ref, images, options);
  return recordOfImages(ref, images);
}

/**
 * As {@link prepareDataset}, of a data set that runs were planned with.
 *
 * @throws InputError also if it is not what it was.
 */
export async function prepareRecorded(record: DatasetRecord, options: Fetching = {}): Promise<void> {
  const material = await readRecorded(record, options);
  if ('folder' in record && 'images' in material) await requireSound(record, material.images, options);
}

/** As `prepareDataset` returns it, but nothing is fetched or decoded: checksums that would need it are left out. */
export async function datasetAtHand(ref: DatasetRef): Promise<DatasetRecord> {
  if (typeof ref !== 'string') return recordOfImages(ref, await identifyImages(ref));
  const folder = datasetFolder(ref);
  const needsFiles = datasetNamed(ref).sha1 === undefined && (await exists(folder));
  return needsFiles ? recordOfFiles(ref, await readDataset(ref, { folder })) : publishedRecord(ref);
}

const requireSound = (place: ImagePlace, { train, test }: SurveyedImages, options: Fetching): Promise<void> =>
  requireDecodable(pathOf(place), [...train, ...test], options);

function recordOfFiles(name: DatasetName, files: DatasetFiles): DatasetRecord {
  if (datasetNamed(name).sha1 !== undefined) return publishedRecord(name);
  const archiveMd5 = archiveMd5Of(name);
  return { name, sha1: sha1Of(files), ...(archiveMd5 !== undefined && { archiveMd5 }) };
}

function recordOfImages(
  { classes, ...facts }: SurveyedDataset,
  { manifest, inBoth }: SurveyedImages,
): DatasetRecord {
  return { ...facts, classCount: classes.length, manifest, inBoth };
}

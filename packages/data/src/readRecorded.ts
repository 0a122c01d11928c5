import { isDeepStrictEqual } from 'node:util';
import { exists, InputError, localPath } from '@bit-repro/artifacts';
import type { DatasetFiles, ReadOptions } from './dataset.ts';
import { publishedRecord, type DatasetRecord, type DatasetRef } from './datasetRecord.ts';
import { datasetNamed, type DatasetName } from './datasets.ts';
import { archiveMd5Of, datasetFolder, readDataset } from './datasetSources.ts';
import { labelsOf, type DatasetLabels } from './imageSource.ts';
import type { DatasetMaterial } from './openMaterial.ts';
import { sha1Of } from './sha1Of.ts';
import { requireDecodable } from './surveyed/requireDecodable.ts';
import { identifyImages, type SurveyedImages } from './surveyed/surveyedDataset.ts';

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

type Fetching = Omit<ReadOptions, 'folder'>;

/**
 * A data set with checksums of all that will be read. Those of a published one are known without its files, if they are
 * published.
 */
export async function identifyDataset(ref: DatasetRef, options: Fetching = {}): Promise<DatasetRecord> {
  if (typeof ref === 'string') return identifyPublished(ref, options);
  const { manifest, inBoth } = await identifyImages(ref, options);
  const { classes, ...facts } = ref;
  return { ...facts, classCount: classes.length, manifest, inBoth };
}

/** As `identifyDataset`, but nothing is fetched: checksums that would need it are left out. */
export async function datasetAtHand(ref: DatasetRef): Promise<DatasetRecord> {
  if (typeof ref !== 'string') return identifyDataset(ref);
  const folder = datasetFolder(ref);
  return (await exists(folder)) ? identifyPublished(ref, { folder }) : publishedRecord(ref);
}

async function identifyPublished(name: DatasetName, options: ReadOptions): Promise<DatasetRecord> {
  if (datasetNamed(name).sha1 !== undefined) return publishedRecord(name);
  const archiveMd5 = archiveMd5Of(name);
  const sha1 = sha1Of(await readDataset(name, options));
  return { name, sha1, ...(archiveMd5 !== undefined && { archiveMd5 }) };
}

/**
 * What the images of a run are made from, checked to be what it was planned with.
 *
 * @throws InputError if a folder has changed; as {@link readDataset}.
 */
export async function readRecorded(record: DatasetRecord, options: Fetching = {}): Promise<DatasetMaterial> {
  if ('name' in record) return { files: await requirePublished(record, options) };
  return { images: await requireSurveyed(record, options) };
}

/**
 * Has everything here that the images of a run are made from, before the first run: files are fetched, and image files
 * decoded once.
 *
 * @throws InputError if an image cannot be decoded; as {@link readRecorded}.
 */
export async function prepareRecorded(record: DatasetRecord, options: Fetching = {}): Promise<void> {
  const material = await readRecorded(record, options);
  if ('name' in record || !('images' in material)) return;
  const { train, test } = material.images;
  await requireDecodable(localPath(record.folder), [...train, ...test], options);
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
  options: Fetching,
): Promise<SurveyedImages> {
  const images = await identifyImages(record, options);
  if (images.manifest === record.manifest) return images;
  throw new InputError(
    `The images in ${record.folder} are not those that the run was planned with`,
    'Run the experiment again: it then runs on what the folder has now.',
  );
}

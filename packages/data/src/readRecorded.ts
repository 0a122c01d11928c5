import { InputError } from '@bit-repro/artifacts';
import type { ReadOptions } from './dataset.ts';
import { publishedRecord, type DatasetRecord, type DatasetRef } from './datasetRecord.ts';
import type { DatasetName } from './datasets.ts';
import { datasetFolder, openDataset, readDataset } from './datasetSources.ts';
import { identifyFolder, type FolderImages } from './folder/folderDataset.ts';
import { labelsOf, type DatasetLabels } from './imageSource.ts';
import type { DatasetMaterial } from './openMaterial.ts';

/**
 * The labels of a data set's images, without fetching anything.
 *
 * @throws InputError, OutsideError if it is not on this machine, or not as it was.
 */
export async function labelsAtHand(record: DatasetRecord): Promise<DatasetLabels> {
  if ('name' in record) {
    const { train, test } = await openDataset(record.name, { folder: datasetFolder(record.name) });
    return { train: train.labels, test: test.labels };
  }
  const { train, test } = await requireFolder(record, {});
  return { train: labelsOf(train), test: labelsOf(test) };
}

type Fetching = Omit<ReadOptions, 'folder'>;

/** A data set with checksums of all that will be read; a published one is known without its files. */
export async function identifyDataset(ref: DatasetRef, options: Fetching = {}): Promise<DatasetRecord> {
  if (typeof ref === 'string') return publishedRecord(ref);
  const { manifest, inBoth } = await identifyFolder(ref, options);
  return { ...ref, manifest, inBoth };
}

/**
 * What the images of a run are made from, checked to be what it was planned with.
 *
 * @throws InputError if a folder has changed; as {@link readDataset}.
 */
export async function readRecorded(record: DatasetRecord, options: Fetching = {}): Promise<DatasetMaterial> {
  if ('name' in record) return { files: await readDataset(record.name, options) };
  return { images: await requireFolder(record, options) };
}

async function requireFolder(
  record: Exclude<DatasetRecord, { name: DatasetName }>,
  options: Fetching,
): Promise<FolderImages> {
  const images = await identifyFolder(record, options);
  if (images.manifest === record.manifest) return images;
  throw new InputError(
    `The images in ${record.folder} are not those that the run was planned with`,
    'Run the experiment again: it then runs on what the folder has now.',
  );
}

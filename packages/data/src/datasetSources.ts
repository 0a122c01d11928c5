import { cifar10Source } from './cifar10.ts';
import type { DatasetFiles, DatasetSource, ReadOptions } from './dataset.ts';
import {
  datasetNamed,
  publishedRecord,
  type DatasetName,
  type DatasetRecord,
  type DatasetRef,
} from './datasets.ts';
import type { DatasetMaterial } from './openMaterial.ts';
import { identifyFolder, type FolderImages } from './folder/folderDataset.ts';
import { labelsOf, type DatasetImages, type HeldImages, type Labels } from './imageSource.ts';
import { InputError } from '@bit-repro/artifacts';

const sources: Readonly<Record<DatasetName, DatasetSource>> = { cifar10: cifar10Source };

/** The folder in the variable of a data set; undefined if that is unset or empty. */
function namedFolder({ variable }: DatasetSource): string | undefined {
  const named = process.env[variable];
  return named === '' ? undefined : named;
}

/** The folder of a data set, whether or not it is fetched yet. */
export const datasetFolder = (name: DatasetName): string =>
  namedFolder(sources[name]) ?? sources[name].cacheFolder();

/** The sources of a data set, and whether they answer. */
export const datasetOrigins = (name: DatasetName): ReturnType<DatasetSource['origins']> =>
  sources[name].origins();

/**
 * The files of a data set from the folder in its variable, the cache or the network.
 *
 * @throws InputError if the user's folder has other content.
 * @throws OutsideError if no source can be reached, the files cannot be read, or the cache cannot be written.
 */
export function readDataset(name: DatasetName, options: ReadOptions = {}): Promise<DatasetFiles> {
  const folder = options.folder ?? namedFolder(sources[name]);
  return sources[name].read(folder === undefined ? options : { ...options, folder });
}

/** The images of a data set, read and decoded. Throws as {@link readDataset}. */
export const openDataset = async (
  name: DatasetName,
  options?: ReadOptions,
): Promise<DatasetImages<HeldImages>> => datasetNamed(name).decode(await readDataset(name, options));

/**
 * The labels of a data set's training images, without fetching anything.
 *
 * @throws InputError, OutsideError if it is not on this machine, or not as it was.
 */
export async function labelsAtHand(record: DatasetRecord): Promise<Labels> {
  if ('name' in record) {
    return (await openDataset(record.name, { folder: datasetFolder(record.name) })).train.labels;
  }
  const { train } = await requireFolder(record, {});
  return labelsOf(train);
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

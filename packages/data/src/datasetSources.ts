import { cifar10Source } from './cifar10.ts';
import { cifar100Source } from './cifar100.ts';
import type { DatasetFiles, DatasetSource, ReadOptions } from './dataset.ts';
import { datasetNamed, type DatasetName } from './datasets.ts';
import type { DatasetImages, HeldImages } from './imageSource.ts';

const sources: Readonly<Record<DatasetName, DatasetSource>> = {
  cifar10: cifar10Source,
  cifar100: cifar100Source,
};

/** The folder in the variable of a data set; undefined if that is unset or empty. */
function namedFolder({ variable }: DatasetSource): string | undefined {
  const named = process.env[variable];
  return named === '' ? undefined : named;
}

/** The folder of a data set, whether or not it is fetched yet. */
export const datasetFolder = (name: DatasetName): string =>
  namedFolder(sources[name]) ?? sources[name].cacheFolder();

/**
 * The md5 of the archive that the files of a data set are from; undefined if they were checked by sums of their own, or
 * not at all, in a folder of the user's.
 */
export const archiveMd5Of = (name: DatasetName): string | undefined =>
  namedFolder(sources[name]) === undefined ? sources[name].archiveMd5 : undefined;

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

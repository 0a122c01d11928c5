import { cifar10Source } from './cifar10.ts';
import type { DatasetFiles, DatasetSource, ReadOptions } from './dataset.ts';
import { datasetNamed, type DatasetName } from './datasets.ts';
import type { DatasetImages } from './imageSet.ts';

const sources: Readonly<Record<DatasetName, DatasetSource>> = { cifar10: cifar10Source };

/** The folder that the variable of a data set names; nothing where it is unset or empty. */
function namedFolder({ variable }: DatasetSource): string | undefined {
  const named = process.env[variable];
  return named === '' ? undefined : named;
}

/** Where a data set is, or will be once it is fetched. */
export const datasetFolder = (name: DatasetName): string =>
  namedFolder(sources[name]) ?? sources[name].cacheFolder();

/** Where a data set is fetched from, and whether that answers. */
export const datasetOrigins = (name: DatasetName): ReturnType<DatasetSource['origins']> =>
  sources[name].origins();

/**
 * The files of a data set from the folder that its variable names, else from the cache or where they are published.
 *
 * @throws InputError when the user's folder holds something else.
 * @throws OutsideError when no source can be reached, the files cannot be read, or the cache cannot be written.
 */
export function readDataset(name: DatasetName, options: ReadOptions = {}): Promise<DatasetFiles> {
  const folder = options.folder ?? namedFolder(sources[name]);
  return sources[name].read(folder === undefined ? options : { ...options, folder });
}

/** The images of a data set, from where {@link readDataset} finds it. Throws as it does. */
export const openDataset = async (name: DatasetName, options?: ReadOptions): Promise<DatasetImages> =>
  datasetNamed(name).decode(await readDataset(name, options));

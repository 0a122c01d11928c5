import { dirname, resolve } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import {
  datasetTitle,
  describeImages,
  folderOf,
  isLayout,
  nameOfDataset,
  type DatasetRef,
  type ImagePlace,
} from '@bit-repro/data';
import type { ExperimentFile, WrittenDataset } from './schema.ts';
import { ConfigError, type KeyPath } from './yaml/errors.ts';
import type { YamlFile } from './yaml/yamlFile.ts';

/**
 * The data sets of an experiment. Image files are listed, so that their classes and numbers are known. A folder is relative
 * to the config's.
 *
 * @throws ConfigError naming the key if image files cannot be a data set, or two data sets have one name.
 */
export async function chosenDatasets(
  written: ExperimentFile['dataset'],
  configFile: string,
  yaml: YamlFile,
): Promise<DatasetRef[]> {
  const places = new Map<string, KeyPath>();
  const chosen: DatasetRef[] = [];
  for (const [index, one] of (Array.isArray(written) ? written : [written]).entries()) {
    const isOneOfMany = Array.isArray(written) && written.length > 1;
    const path = Array.isArray(written) ? ['dataset', index] : ['dataset'];
    const dataset = await chosenDataset(one, configFile, { yaml, path, isOneOfMany });
    const title = datasetTitle(nameOfDataset(dataset));
    const twin = places.get(title);
    if (twin !== undefined) {
      const problem = {
        ...{ expected: 'data sets of different names', found: `${title}, as ${twin.join('.')} is called` },
        remedy: 'Rename the folder of one: reports tell data sets apart by their names.',
      };
      throw new ConfigError([{ ...yaml.placeOf(path), key: path.join('.'), ...problem }]);
    }
    places.set(title, path);
    chosen.push(dataset);
  }
  return chosen;
}

interface Written {
  yaml: YamlFile;
  path: KeyPath;
  isOneOfMany: boolean;
}

async function chosenDataset(written: WrittenDataset, configFile: string, at: Written): Promise<DatasetRef> {
  if (typeof written === 'object') {
    const { folder, holdOut } = written;
    const place = { folder: resolve(dirname(configFile), folder), ...(holdOut && { holdOut }) };
    return described(() => place, 'a folder of images', { ...at, path: [...at.path, 'folder'] });
  }
  if (!isLayout(written)) return written;
  return described(() => ({ folder: folderOf(written), layout: written }), `the images of ${written}`, at);
}

async function described(
  place: () => ImagePlace,
  expected: string,
  { yaml, path, isOneOfMany }: Written,
): Promise<DatasetRef> {
  try {
    return await describeImages(place());
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    const { message: found } = cause;
    const others = ' Or run the experiment on the others: `--set dataset=NAME`.';
    const remedy = `${cause.remedy}${isOneOfMany ? others : ''}`;
    throw new ConfigError([{ ...yaml.placeOf(path), key: path.join('.'), expected, found, remedy }], {
      cause,
    });
  }
}

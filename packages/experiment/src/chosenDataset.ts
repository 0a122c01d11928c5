import { dirname, resolve } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import { describeImages, folderOf, isLayout, type DatasetRef } from '@bit-repro/data';
import type { ExperimentFile } from './schema.ts';
import { ConfigError } from './yaml/errors.ts';
import type { YamlFile } from './yaml/yamlFile.ts';

/**
 * The data set of an experiment. Image files are listed, so that their classes and numbers are known. A folder is relative
 * to the config's.
 *
 * @throws ConfigError naming `dataset.folder`, or `dataset` for image files that have a name, if they cannot be a data set.
 */
export async function chosenDataset(
  dataset: ExperimentFile['dataset'],
  configFile: string,
  yaml: YamlFile,
): Promise<DatasetRef> {
  const explained = (path: string[], expected: string, cause: unknown): unknown => {
    if (!(cause instanceof InputError)) return cause;
    const { message: found, remedy } = cause;
    const problem = { ...yaml.placeOf(path), key: path.join('.'), expected, found, remedy };
    return new ConfigError([problem], { cause });
  };
  if (typeof dataset === 'object') {
    const { holdOut } = dataset;
    const folder = resolve(dirname(configFile), dataset.folder);
    try {
      return await describeImages({ folder, ...(holdOut && { holdOut }) });
    } catch (cause) {
      throw explained(['dataset', 'folder'], 'a folder of images', cause);
    }
  }
  if (!isLayout(dataset)) return dataset;
  try {
    return await describeImages({ folder: folderOf(dataset), layout: dataset });
  } catch (cause) {
    throw explained(['dataset'], `the images of ${dataset}`, cause);
  }
}

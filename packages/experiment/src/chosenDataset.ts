import { dirname, resolve } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import { describeFolder, type DatasetRef } from '@bit-repro/data';
import type { ExperimentFile } from './schema.ts';
import { ConfigError } from './yaml/errors.ts';
import type { YamlFile } from './yaml/yamlFile.ts';

/**
 * The data set of an experiment. A folder is listed, so that its classes and images are known; it is relative to the
 * config's folder.
 *
 * @throws ConfigError naming `dataset.folder` if it cannot be a data set.
 */
export async function chosenDataset(
  dataset: ExperimentFile['dataset'],
  configFile: string,
  yaml: YamlFile,
): Promise<DatasetRef> {
  if (typeof dataset === 'string') return dataset;
  try {
    return await describeFolder(resolve(dirname(configFile), dataset.folder), dataset.holdOut);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    const problem = {
      ...yaml.placeOf(['dataset', 'folder']),
      key: 'dataset.folder',
      expected: 'a folder of images',
      found: cause.message,
      remedy: cause.remedy,
    };
    throw new ConfigError([problem], { cause });
  }
}

import { resolve } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import {
  datasetNames,
  folderOf,
  isLayout,
  layoutNames,
  type DatasetName,
  type ImagePlace,
} from '@bit-repro/data';
import { typedPath } from '@bit-repro/terminal';

const ofFolder = 'folder:';

/**
 * The data set that the user typed: a published one by its name, or a place of image files, by the name of its layout or as
 * `folder:PATH`.
 *
 * @throws InputError if it is none, or the variable of its layout is not set.
 */
export function datasetCalled(typed: string): DatasetName | ImagePlace {
  const name = datasetNames.find((one) => one === typed);
  if (name !== undefined) return name;
  if (isLayout(typed)) return { layout: typed, folder: folderOf(typed) };
  if (typed.startsWith(ofFolder) && typed !== ofFolder)
    return { folder: resolve(typedPath(typed.slice(ofFolder.length))) };
  throw new InputError(
    `The data set must be one of ${[...datasetNames, ...layoutNames].join(', ')} or ${ofFolder}PATH, but it is ${typed}`,
    'Correct the name.',
  );
}

import { exitCodes, InputError } from '@bit-repro/artifacts';
import { datasetNames, exportImages } from '@bit-repro/data';
import type { CommandContext } from '@bit-repro/terminal';
import { datasetCalled } from './datasetCalled.ts';

/**
 * Writes the images of a data set as a folder of PNG files.
 *
 * @throws InputError if they are image files already; as `exportImages`.
 */
export async function exportData(
  typed: string,
  folder: string,
  options: { train?: number; test?: number },
  { print, signal }: CommandContext,
): Promise<number> {
  const dataset = datasetCalled(typed);
  if (typeof dataset !== 'string') {
    throw new InputError(
      `The images of ${typed} are image files already, in ${dataset.folder}`,
      `Experiments take them from there (docs/configuration.md). What is exported is ${datasetNames.join(' or ')}.`,
    );
  }
  const written = await exportImages(dataset, folder, { ...options, onMessage: print, signal });
  print(`wrote ${written.toLocaleString('en')} images to ${folder}`);
  return exitCodes.done;
}

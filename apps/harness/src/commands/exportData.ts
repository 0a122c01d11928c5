import { exitCodes, InputError } from '@bit-repro/artifacts';
import { datasetNames, exportImages } from '@bit-repro/data';
import type { CommandContext } from '@bit-repro/terminal';

/** Writes the images of a data set as a folder of PNG files. */
export async function exportData(
  dataset: string,
  folder: string,
  options: { train?: number; test?: number },
  { print, signal }: CommandContext,
): Promise<number> {
  const name = datasetNames.find((known) => known === dataset);
  if (name === undefined) {
    throw new InputError(`There is no data set ${dataset}`, `Name one of ${datasetNames.join(', ')}.`);
  }
  const written = await exportImages(name, folder, { ...options, onMessage: print, signal });
  print(`wrote ${written.toLocaleString('en')} images to ${folder}`);
  return exitCodes.done;
}

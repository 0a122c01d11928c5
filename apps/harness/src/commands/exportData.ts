import { exitCodes } from '@bit-repro/artifacts';
import { exportImages } from '@bit-repro/data';
import type { CommandContext } from '@bit-repro/terminal';
import { datasetCalled } from './datasetCalled.ts';

/** Writes the images of a data set as a folder of PNG files. */
export async function exportData(
  dataset: string,
  folder: string,
  options: { train?: number; test?: number },
  { print, signal }: CommandContext,
): Promise<number> {
  const written = await exportImages(datasetCalled(dataset), folder, {
    ...options,
    onMessage: print,
    signal,
  });
  print(`wrote ${written.toLocaleString('en')} images to ${folder}`);
  return exitCodes.done;
}

import { datasetFolder, datasetNamed, readDataset } from '@bit-repro/data';
import { provision } from '@bit-repro/engine';
import { downloadBar, type CommandContext } from '@bit-repro/terminal';
import { exitCodes } from '@bit-repro/artifacts';
import { datasetCalled } from './datasetCalled.ts';

/** Puts TensorFlow and these data sets into the cache. */
export async function provisionAll(
  wanted: readonly string[],
  { print, signal }: CommandContext,
): Promise<number> {
  const names = wanted.map(datasetCalled);
  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, onMessage: print, signal };
  const { tensorflowVersion, flavour, source, libraryFolder } = await provision(fetching);
  print(`TensorFlow ${tensorflowVersion} (${flavour}, from ${source}) is in ${libraryFolder}`);
  for (const name of names) await readDataset(name, fetching);
  bar.close();
  for (const name of names) print(`${datasetNamed(name).title} is in ${datasetFolder(name)}`);
  return exitCodes.done;
}

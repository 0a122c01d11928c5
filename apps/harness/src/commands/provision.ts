import { datasetFolder, datasetNamed, datasetNames, readDataset } from '@bit-repro/data';
import { provision } from '@bit-repro/engine';
import { downloadBar, type CommandContext } from '@bit-repro/terminal';
import { exitCodes } from '@bit-repro/artifacts';

/** Puts TensorFlow and the data sets into the cache. */
export async function provisionAll({ print, signal }: CommandContext): Promise<number> {
  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, onMessage: print, signal };
  const { tensorflowVersion, flavour, source, libraryFolder } = await provision(fetching);
  print(`TensorFlow ${tensorflowVersion} (${flavour}, from ${source}) is in ${libraryFolder}`);
  for (const name of datasetNames) await readDataset(name, fetching);
  bar.close();
  for (const name of datasetNames) print(`${datasetNamed(name).title} is in ${datasetFolder(name)}`);
  return exitCodes.done;
}

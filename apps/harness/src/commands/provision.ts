import { datasetFolder, datasetNamed, describeImages, readDataset } from '@bit-repro/data';
import { provision } from '@bit-repro/engine';
import { downloadBar, type CommandContext } from '@bit-repro/terminal';
import { exitCodes } from '@bit-repro/artifacts';
import { datasetCalled } from './datasetCalled.ts';
import { describedInWords } from '../describedInWords.ts';

/** Puts TensorFlow and these data sets into the cache. Image files are not fetched: they are listed where they are. */
export async function provisionAll(
  wanted: readonly string[],
  { print, signal }: CommandContext,
): Promise<number> {
  const datasets = wanted.map(datasetCalled);
  for (const dataset of datasets) {
    if (typeof dataset === 'string') continue;
    const described = await describeImages(dataset);
    print(`${describedInWords(described)}; they stay in ${dataset.folder}`);
  }
  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, onMessage: print, signal };
  const { tensorflowVersion, flavour, source, libraryFolder } = await provision(fetching);
  print(`TensorFlow ${tensorflowVersion} (${flavour}, from ${source}) is in ${libraryFolder}`);
  const published = datasets.filter((dataset) => typeof dataset === 'string');
  for (const name of published) await readDataset(name, fetching);
  bar.close();
  for (const name of published) print(`${datasetNamed(name).title} is in ${datasetFolder(name)}`);
  return exitCodes.done;
}

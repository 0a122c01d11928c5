import { provision } from '@bit-repro/engine';
import { dataFolder, openData } from '../openData.ts';
import { downloadBar } from '../progress/downloadBar.ts';
import { exitCodes, type CommandContext } from './context.ts';

/** Puts TensorFlow and CIFAR-10 into the cache. */
export async function provisionAll({ print }: CommandContext): Promise<number> {
  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, onMessage: print };
  const { tensorflowVersion, flavour, source, libraryFolder } = await provision(fetching);
  print(`TensorFlow ${tensorflowVersion} (${flavour}, from ${source}) is in ${libraryFolder}`);
  await openData(fetching);
  bar.close();
  print(`CIFAR-10 is in ${dataFolder()}`);
  return exitCodes.done;
}

import { readCifar10, type ReadCifar10Options } from '../src/cifar10.ts';
import { datasets } from '../src/index.ts';
import type { DatasetImages } from '../src/imageSource.ts';

/** CIFAR-10 from the source in the options. */
export const openCifar10 = async (options?: ReadCifar10Options): Promise<DatasetImages> =>
  datasets.cifar10.decode(await readCifar10(options));

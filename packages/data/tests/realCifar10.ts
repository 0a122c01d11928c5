import { fromNetwork } from '@bit-repro/artifacts/testing';
import { cifar10Folder, readCifar10 } from '../src/cifar10.ts';
import { datasets } from '../src/index.ts';

/** CIFAR-10 and the folder of its files, fetched when it is not there yet; see `fromNetwork` for where it cannot be had. */
export const realCifar10 = await fromNetwork(
  'CIFAR-10',
  () => readCifar10(),
  (files) => ({ folder: cifar10Folder(), data: datasets.cifar10.decode(files) }),
);

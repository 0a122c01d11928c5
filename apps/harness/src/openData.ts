import { openCifar10, type Cifar10, type OpenCifar10Options } from '@bit-repro/data';

/**
 * CIFAR-10 from the folder that BIT_REPRO_CIFAR10 names, else from the cache or where it is published. A variable rather
 * than an option, so that workers, wherever they run, read the same.
 */
export function openData(options: Omit<OpenCifar10Options, 'folder'> = {}): Promise<Cifar10> {
  const folder = process.env.BIT_REPRO_CIFAR10;
  return openCifar10(folder ? { ...options, folder } : options);
}

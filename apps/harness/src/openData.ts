import { cifar10Folder, openCifar10, type Cifar10, type OpenCifar10Options } from '@bit-repro/data';

/** The folder that BIT_REPRO_CIFAR10 names; nothing where it is unset or empty. */
function namedFolder(): string | undefined {
  const { BIT_REPRO_CIFAR10: named = '' } = process.env;
  return named === '' ? undefined : named;
}

/** Where CIFAR-10 is, or will be once it is fetched. */
export const dataFolder = (): string => namedFolder() ?? cifar10Folder();

/**
 * CIFAR-10 from the folder that BIT_REPRO_CIFAR10 names, else from the cache or where it is published. A variable rather
 * than an option, so that workers, wherever they run, read the same.
 */
export function openData(options: Omit<OpenCifar10Options, 'folder'> = {}): Promise<Cifar10> {
  const folder = namedFolder();
  return openCifar10(folder === undefined ? options : { ...options, folder });
}

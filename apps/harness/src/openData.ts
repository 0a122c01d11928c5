import {
  cifar10Folder,
  decodeCifar10,
  readCifar10,
  type Cifar10,
  type Cifar10Bytes,
  type OpenCifar10Options,
} from '@bit-repro/data';

/** The folder that BIT_REPRO_CIFAR10 names; nothing where it is unset or empty. */
function namedFolder(): string | undefined {
  const { BIT_REPRO_CIFAR10: named = '' } = process.env;
  return named === '' ? undefined : named;
}

/** Where CIFAR-10 is, or will be once it is fetched. */
export const dataFolder = (): string => namedFolder() ?? cifar10Folder();

/**
 * The files of CIFAR-10 from the folder that BIT_REPRO_CIFAR10 names, else from the cache or where they are published. A variable
 * rather than an option, so that workers, wherever they run, read the same.
 */
export function readData(options: Omit<OpenCifar10Options, 'folder'> = {}): Promise<Cifar10Bytes> {
  const folder = namedFolder();
  return readCifar10(folder === undefined ? options : { ...options, folder });
}

/** CIFAR-10, from where {@link readData} finds it. */
export const openData = async (options?: Omit<OpenCifar10Options, 'folder'>): Promise<Cifar10> =>
  decodeCifar10(await readData(options));

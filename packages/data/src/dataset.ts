import type { OnProgress } from '@bit-repro/artifacts';
import type { ImageSize } from '@bit-repro/images';
import type { DatasetImages, HeldImages } from './imageSource.ts';

/** What is known of a data set before its images are read. */
export interface DatasetFacts {
  /** Name in prose and headings. */
  title: string;
  /** Class names, in the order of the class numbers. */
  classes: readonly string[];
  trainingImages: number;
  /** Training images of the smallest class. */
  smallestClass: number;
  testImages: number;
  /** Where they differ, that of a typical image. BiT-HyperRule chooses the resolution by it. */
  imageSize: ImageSize;
}

/** The contents of a data set's files by name, checked. */
export type DatasetFiles = Readonly<Record<string, Uint8Array>>;

/** A published data set of images of one size, which fits into memory, and how its files become images. */
export interface Dataset extends DatasetFacts {
  /** SHA-1 of its files, by name. Absent where no sums of them are published, but one of their archive. */
  sha1?: Readonly<Record<string, string>>;
  /** Decodes files that were checked into images. */
  decode: (files: DatasetFiles) => DatasetImages<HeldImages>;
}

export interface ReadOptions {
  /** A folder with the files. If given, nothing is fetched. */
  folder?: string;
  onProgress?: OnProgress;
  onMessage?: (line: string) => void;
  /** Stops by throwing the signal's reason. Nothing is left incomplete. */
  signal?: AbortSignal | undefined;
}

/** Where a data set comes from. */
export interface DatasetSource {
  /**
   * The environment variable that names a folder with its files. A variable reaches the workers, wherever
   * they run.
   */
  variable: string;
  /** The md5 of the archive that its files in the cache are from, where they have no published sums of their own. */
  archiveMd5?: string;
  /** Its folder in the cache. */
  cacheFolder: () => string;
  /** Reads its files from a folder, the cache or the network, and checks each. */
  read: (options: ReadOptions) => Promise<DatasetFiles>;
  /** Its sources on the network, and whether they answer. */
  origins: () => Promise<{ name: string; isReachable: boolean }[]>;
}

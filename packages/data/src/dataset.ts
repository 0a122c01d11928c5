import type { OnProgress } from '@bit-repro/artifacts';
import type { DatasetImages } from './imageSet.ts';

/** The contents of a data set's files by name, checked by SHA-1. */
export type DatasetFiles = Readonly<Record<string, Uint8Array>>;

/** What is known of a data set before it is fetched, and how its files become images. */
export interface Dataset {
  /** In prose and headings. */
  title: string;
  /** Names, in the order of the class numbers. */
  classes: readonly string[];
  /** Training images of the smallest class. */
  smallestClass: number;
  testImages: number;
  /** Pixels; images are square. */
  imageSide: number;
  /** SHA-1 of its files, by name. */
  sha1: Readonly<Record<string, string>>;
  /** The images of files that have these checksums. */
  decode: (files: DatasetFiles) => DatasetImages;
}

export interface ReadOptions {
  /** One that holds the files; then nothing else is looked at, and nothing fetched. */
  folder?: string;
  onProgress?: OnProgress;
  onMessage?: (line: string) => void;
  /** Ends it, by throwing the signal's reason. Nothing is left half-made. */
  signal?: AbortSignal | undefined;
}

/** Where a data set is found. */
export interface DatasetSource {
  /** The environment variable that names a folder with its files. A variable, so that workers, wherever they run, read the same. */
  variable: string;
  /** The folder in the cache that it is fetched into. */
  cacheFolder: () => string;
  /** Its files from a folder, else from the cache or where they are published; each is checked. */
  read: (options: ReadOptions) => Promise<DatasetFiles>;
  /** Where it is fetched from, and whether that answers. */
  origins: () => Promise<{ name: string; isReachable: boolean }[]>;
}

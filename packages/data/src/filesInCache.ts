import { explainFetchError, InputError, publishFolder } from '@bit-repro/artifacts';
import type { DatasetFiles } from './dataset.ts';

export interface CacheOptions {
  title: string;
  /** Reads and checks the files. @throws InputError if they are not those of the data set. */
  read: () => Promise<DatasetFiles>;
  /** Makes the files in `staging`. */
  fetch: (staging: string, signal: AbortSignal) => Promise<void>;
  onMessage?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** The files of a data set in a folder of the cache, fetched first if they are missing or were altered. */
export async function filesInCache(
  folder: string,
  { title, read, fetch, onMessage, signal }: CacheOptions,
): Promise<DatasetFiles> {
  let files: DatasetFiles | undefined;
  let problem = '';
  const keep = async (): Promise<boolean> => {
    try {
      files = await read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problem = error.message;
    }
    return files !== undefined;
  };
  const fill = async (staging: string, stopped: AbortSignal): Promise<void> => {
    if (problem !== '') onMessage?.(`${problem}: replacing the cached copy of ${title}`);
    await fetch(staging, stopped);
  };
  await publishFolder(folder, fill, { keep, signal });
  return files ?? read();
}

/** Whether the disk is full or read-only, so that another source would not help. */
export const isOfTheDisk = ({ cause }: Error): boolean => explainFetchError(cause, '', '') !== cause;

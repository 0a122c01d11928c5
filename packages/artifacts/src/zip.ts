import { open } from 'node:fs/promises';
import type { ZipFile } from 'yauzl';

export type { Entry as ZipEntry, ZipFile } from 'yauzl';

/** A zip file that is open for reading. */
export interface OpenZip {
  zip: ZipFile;
  close: () => Promise<void>;
}

/**
 * Opens a zip file (including zip64), of which only the record at the end is read. However damaged the file is, what
 * `zip` returns fails with an error that can be caught.
 *
 * @throws Error if it is not a zip file; whatever the file system says if it cannot be opened.
 */
export async function openZip(file: string): Promise<OpenZip> {
  // Every command loads this file, and few read zip files.
  const [{ fromRandomAccessReaderPromise }, { BoundedReader }] = await Promise.all([
    import('yauzl'),
    import('./boundedReader.ts'),
  ]);
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const options = { autoClose: false, strictFileNames: true };
    const zip = await fromRandomAccessReaderPromise(new BoundedReader(handle, size), size, options);
    return { zip, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

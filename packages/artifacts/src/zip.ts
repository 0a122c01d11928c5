import { open } from 'node:fs/promises';
import type { ZipFile } from 'yauzl';
import type { ReadBytes } from './boundedReader.ts';

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
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const zip = await zipIn(async (at, most) => {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(most), 0, most, at);
      return buffer.subarray(0, bytesRead);
    }, size);
    return { zip, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Like {@link openZip}, of a file in memory. */
export const zipOf = (bytes: Buffer): Promise<ZipFile> =>
  zipIn((at, most) => Promise.resolve(bytes.subarray(at, at + most)), bytes.length);

async function zipIn(read: ReadBytes, size: number): Promise<ZipFile> {
  // Every command loads this file, and few read zip files.
  const [{ fromRandomAccessReaderPromise }, { BoundedReader }] = await Promise.all([
    import('yauzl'),
    import('./boundedReader.ts'),
  ]);
  const options = { autoClose: false, strictFileNames: true };
  return fromRandomAccessReaderPromise(new BoundedReader(read, size), size, options);
}

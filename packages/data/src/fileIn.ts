import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, explainUnreadable, InputError } from '@bit-repro/artifacts';

/**
 * The folder with a data set's files: the one that the user names, or the one that its archive has in it.
 *
 * @param files what is expected there, in words.
 * @throws InputError if it is a file.
 */
export async function folderIn(folder: string, inArchive: string, files: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isFile() === true) {
    throw new InputError(
      `${folder} is a file, not a folder with ${files}`,
      'Unpack it and name the resulting folder.',
    );
  }
  const nested = join(folder, inArchive);
  return (await exists(nested)) ? nested : folder;
}

/**
 * Reads a file of a data set.
 *
 * @throws InputError if there is no file; OutsideError if it cannot be read.
 */
export async function fileIn(
  folder: string,
  name: string,
  bytes: number,
  files: string,
): Promise<Uint8Array> {
  const path = join(folder, name);
  try {
    return await readFile(path);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) throw explainUnreadable(cause, path);
    throw new InputError(
      `Expected ${path} with ${bytes} bytes, found no file to read (${code})`,
      `Name a folder with ${files}.`,
      { cause },
    );
  }
}

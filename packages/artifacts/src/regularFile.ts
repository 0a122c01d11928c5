import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { OutsideError } from './errors.ts';

/**
 * Opens a file for reading without waiting, unlike opening a named pipe.
 *
 * @throws OutsideError if it is not a regular file; the system's error if it cannot be opened.
 */
async function openRegularFile(file: string): Promise<{ handle: FileHandle; bytes: number }> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (found.isFile()) return { handle, bytes: found.size };
    const kind = found.isDirectory() ? 'a folder' : found.isFIFO() ? 'a named pipe' : 'a device or a socket';
    throw new OutsideError(`Expected a file at ${file}, found ${kind}`, 'Move it away.');
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Reads a file of limited size.
 *
 * @throws OutsideError if it is not a regular file or has more than `mostBytes`; the system's error if it
 * cannot be read.
 */
export async function readRegularFile(file: string, mostBytes: number): Promise<Buffer> {
  const { handle, bytes } = await openRegularFile(file);
  try {
    if (bytes <= mostBytes) return await handle.readFile();
    throw new OutsideError(
      `${file} has ${bytes} bytes, more than the ${mostBytes} that this program reads`,
      'This program writes no such file. Move it away.',
    );
  } finally {
    await handle.close();
  }
}

import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { OutsideError } from './errors.ts';

/**
 * Opens a file for reading. Never waits for another process, as the opening of a named pipe would.
 *
 * @throws OutsideError where there is something else than a file; the system's error where it cannot be opened.
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
 * Reads a file of a bounded size.
 *
 * @throws OutsideError where there is something else than a file, or more than `mostBytes`; the system's error where it
 * cannot be read.
 */
export async function readRegularFile(file: string, mostBytes: number): Promise<Buffer> {
  const { handle, bytes } = await openRegularFile(file);
  try {
    if (bytes <= mostBytes) return await handle.readFile();
    throw new OutsideError(
      `Expected at most ${mostBytes} bytes in ${file}, found ${bytes}`,
      'This program writes no such file: move it away.',
    );
  } finally {
    await handle.close();
  }
}

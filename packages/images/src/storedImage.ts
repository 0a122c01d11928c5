import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { explainUnreadable, InputError } from '@bit-repro/artifacts';

/** An image file, alone or within a larger file such as a tar archive, and what it is to contain. */
export interface StoredImage {
  /** Path of the file to read. */
  file: string;
  /** Where the image begins in it; at 0 by default. */
  offset?: number;
  /** How many bytes it has; by default, all that follow. */
  bytes?: number;
  /** SHA-256 of these bytes, in lower-case hex. */
  sha256: string;
  /** The image's own name, for messages. */
  name: string;
}

/**
 * Reads the bytes of an image, without giving way to anything else in this thread.
 *
 * @throws InputError if they are not those that they were; OutsideError if they cannot be read.
 */
export function readStoredImage(image: StoredImage): Uint8Array {
  const { file, bytes, sha256, name } = image;
  const content = readImageBytes(image);
  const found = createHash('sha256').update(content).digest('hex');
  if (found === sha256) return content;
  throw new InputError(
    `${name} has changed: expected SHA-256 ${sha256} in ${file}, found ${found}${
      content.length < (bytes ?? 0) ? `, of only ${content.length} of its ${bytes} bytes` : ''
    }`,
    'Put the file back as it was, or have the data set listed anew.',
  );
}

/**
 * Reads the bytes of an image as they are now; fewer, if the file ends before.
 *
 * @throws OutsideError if they cannot be read.
 */
export function readImageBytes({
  file,
  offset = 0,
  bytes,
}: Pick<StoredImage, 'file' | 'offset' | 'bytes'>): Uint8Array {
  try {
    // Opening a named pipe would wait for a writer.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const content = Buffer.allocUnsafe(bytes ?? Math.max(fstatSync(descriptor).size - offset, 0));
      let filled = 0;
      while (filled < content.length) {
        const read = readSync(descriptor, content, filled, content.length - filled, offset + filled);
        if (read === 0) break;
        filled += read;
      }
      return content.subarray(0, filled);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw explainUnreadable(cause, file);
  }
}

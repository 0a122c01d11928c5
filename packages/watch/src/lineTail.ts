import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const chunkBytes = 1 << 20;
/** Longer than any line that this program writes. */
const longestLine = 64 * 1024;

/** What was added to a file. */
export interface NewLines {
  /** Whether the file is another than at the last call, or shorter: what was read before no longer counts. */
  isAnother: boolean;
  lines: string[];
}

/** Reads the complete lines that are added to a file, each once. An incomplete last line is left for the next call. */
export class LineTail {
  readonly #file: string;
  #inode: number | undefined;
  #offset = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** The new lines; none if the file is missing, is not a regular file, or cannot be read. */
  async read(): Promise<NewLines> {
    const handle = await open(this.#file, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
    try {
      const found = await handle?.stat();
      if (handle === undefined || found?.isFile() !== true) return this.#startAgain(undefined);
      const { isAnother } =
        found.ino !== this.#inode || found.size < this.#offset
          ? this.#startAgain(found.ino)
          : { isAnother: false };
      return { isAnother, lines: await this.#linesUpTo(found.size, handle) };
    } finally {
      await handle?.close();
    }
  }

  #startAgain(inode: number | undefined): NewLines {
    const isAnother = this.#inode !== undefined;
    [this.#inode, this.#offset] = [inode, 0];
    return { isAnother, lines: [] };
  }

  async #linesUpTo(size: number, handle: FileHandle): Promise<string[]> {
    const lines: string[] = [];
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - this.#offset));
    while (this.#offset < size) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      if (end === 0) {
        // A line without an end is skipped in pieces, so that it is not read again and again.
        if (bytesRead < longestLine) break;
        this.#offset += bytesRead;
        continue;
      }
      lines.push(...buffer.toString('utf8', 0, end - 1).split('\n'));
      this.#offset += end;
    }
    return lines;
  }
}

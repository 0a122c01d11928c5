import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

/** Bytes read at a time. */
const chunkBytes = 1 << 20;

/**
 * Reads a zip file for yauzl. yauzl's own reader throws where nobody can catch it if a damaged file refers to a
 * byte beyond 2^53.
 */
export class BoundedReader extends RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #bytes: number;

  constructor(handle: FileHandle, bytes: number) {
    super();
    this.#handle = handle;
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#chunks(start, end), { objectMode: false });
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer, void, undefined> {
    if (end > this.#bytes) throw new Error(`it refers to byte ${end}, behind its end at ${this.#bytes}`);
    for (let at = start; at < end;) {
      const most = Math.min(chunkBytes, end - at);
      const { buffer, bytesRead } = await this.#handle.read(Buffer.allocUnsafe(most), 0, most, at);
      if (bytesRead === 0) throw new Error(`it has become shorter than ${end} bytes`);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}

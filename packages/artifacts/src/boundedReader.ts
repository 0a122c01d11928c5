import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

/** Bytes read at a time. */
const chunkBytes = 1 << 20;

/** Reads at most so many bytes from a place on; none at the end. */
export type ReadBytes = (at: number, most: number) => Promise<Buffer>;

/**
 * Reads a zip file for yauzl. yauzl's own reader throws where nobody can catch it if a damaged file refers to a
 * byte beyond 2^53.
 */
export class BoundedReader extends RandomAccessReader {
  readonly #read: ReadBytes;
  readonly #bytes: number;

  constructor(read: ReadBytes, bytes: number) {
    super();
    this.#read = read;
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#chunks(start, end), { objectMode: false });
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer, void, undefined> {
    if (end > this.#bytes) throw new Error(`it refers to byte ${end}, behind its end at ${this.#bytes}`);
    for (let at = start; at < end;) {
      const most = Math.min(chunkBytes, end - at);
      const bytes = await this.#read(at, most);
      if (bytes.length === 0) throw new Error(`it has become shorter than ${end} bytes`);
      at += bytes.length;
      yield bytes;
    }
  }
}

import { availableParallelism } from 'node:os';
import { LRUCache } from 'lru-cache';
import { bytesOf } from './image.ts';
import { type ImageThread, ownThread, WorkerThread } from './imageThread.ts';
import { errorOf, type Failure, placeIn, type SharedImage } from './share.ts';
import type { StoredImage } from './storedImage.ts';

/** Prepared pixels that are kept, in bytes. */
export const defaultCacheBytes = 2 ** 30;

export interface ImagePoolOptions {
  /** Worker threads; with 0, images are prepared in the calling thread. By default, one for each processor. */
  threads?: number;
  /** Prepared pixels that are kept, the last used of them, in bytes; `defaultCacheBytes` by default. */
  cacheBytes?: number;
}

/**
 * Reads and prepares images on worker threads. What it returns does not depend on how many there are.
 *
 * Each request goes to all threads at once, so that they need nothing from the calling thread until it is done: a training step
 * may block that for long. Memory is bounded by the cache and by what is asked for and not released at a time.
 *
 * Decoding itself takes place on libuv's threads, which all threads of a process share: `UV_THREADPOOL_SIZE`, 4 by default, limits
 * how many images are decoded side by side. The programs start with one for each processor.
 */
export class ImagePool {
  readonly #threads: readonly ImageThread[];
  readonly #cache: LRUCache<string, Uint8Array> | undefined;
  /** Images that are being prepared, so that none is prepared twice at a time. */
  readonly #underWay = new Map<string, Promise<Uint8Array>>();
  /** Memory that was released. The garbage collector does not count shared memory, and would let it pile up. */
  readonly #free = new Set<SharedArrayBuffer>();
  #shares = 0;
  #closed = false;

  constructor({ threads = availableParallelism(), cacheBytes = defaultCacheBytes }: ImagePoolOptions = {}) {
    this.#threads = threads === 0 ? [ownThread] : Array.from({ length: threads }, () => new WorkerThread());
    if (cacheBytes > 0) {
      this.#cache = new LRUCache({ maxSize: cacheBytes, sizeCalculation: ({ length }) => length });
    }
  }

  /**
   * The pixels of images, each resized to a square, one after another: `[images, side, side, 3]` in shared memory, to be
   * given back to {@link release}.
   *
   * @param options.signal abandons the request; what threads were already given is prepared for the cache.
   * @throws InputError if an image is not what it was or cannot be decoded, OutsideError if it cannot be read, each for the first
   * such image; the signal's reason; Error if a thread has died or the pool is closed.
   */
  async read(
    images: readonly StoredImage[],
    side: number,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    if (this.#closed) throw new Error('The pool of images is closed');
    signal?.throwIfAborted();
    const block = this.#take(images.length * bytesOf({ width: side, height: side }));
    const fresh = new Map<string, SharedImage>();
    const missing: { key: string; place: Uint8Array }[] = [];
    for (const [index, image] of images.entries()) {
      const key = `${image.sha256} ${side}`;
      const place = placeIn(block, index, side);
      const kept = this.#cache?.get(key);
      if (kept !== undefined) {
        place.set(kept);
        continue;
      }
      missing.push({ key, place });
      if (!this.#underWay.has(key) && !fresh.has(key)) fresh.set(key, { ...image, index });
    }
    this.#prepare(fresh, side, block);
    const ready = missing.map(async ({ key, place }) => {
      const pixels = await this.#underWay.get(key)!;
      if (pixels.byteOffset !== place.byteOffset || pixels.buffer !== place.buffer) place.set(pixels);
    });
    await unlessAborted(firstFailure(ready), signal);
    return block;
  }

  /** Takes back what {@link read} has returned: its memory is used again, so nobody may read it any more. */
  release({ buffer }: Uint8Array): void {
    if (buffer instanceof SharedArrayBuffer) this.#free.add(buffer);
  }

  /** Ends the threads. Requests that are not done fail. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  /** Memory of so many bytes: the first that is free and large enough, or new. */
  #take(bytes: number): Uint8Array {
    const free = [...this.#free].find(({ byteLength }) => byteLength >= bytes);
    const buffer = free ?? new SharedArrayBuffer(bytes);
    this.#free.delete(buffer);
    return new Uint8Array(buffer, 0, bytes);
  }

  /** Has the threads prepare images, each its share, and notes them as under way. */
  #prepare(images: ReadonlyMap<string, SharedImage>, side: number, block: Uint8Array): void {
    const { length } = this.#threads;
    const entries = [...images];
    const shares = Math.min(length, entries.length);
    for (let share = 0; share < shares; share += 1) {
      const part = entries.filter((_, index) => index % shares === share);
      // The next thread each time: small requests would all go to the first otherwise.
      const thread = this.#threads[(this.#shares += 1) % length]!;
      const done = thread.prepare({ images: part.map(([, image]) => image), side, block });
      for (const [key, { index }] of part) this.#note(key, done, index, placeIn(block, index, side));
    }
  }

  #note(key: string, done: Promise<ReadonlyMap<number, Failure>>, index: number, place: Uint8Array): void {
    const pixels = done
      .then((failures) => {
        const failure = failures.get(index);
        if (failure !== undefined) throw errorOf(failure);
        // A copy: a place in the block would keep all of the block.
        this.#cache?.set(key, place.slice());
        return place;
      })
      .finally(() => this.#underWay.delete(key));
    // Nobody may be waiting any more.
    pixels.catch(() => undefined);
    this.#underWay.set(key, pixels);
  }
}

/** Waits for all. Of those that fail, the first in order is thrown. */
async function firstFailure(all: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(all)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** Waits, but not longer than until a signal is aborted, whose reason is then thrown. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { signal: settled.signal },
    );
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    settled.abort();
  }
}

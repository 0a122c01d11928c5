import { Worker } from 'node:worker_threads';
import { type Failure, prepareShare, type Share } from './share.ts';

type Failures = ReadonlyMap<number, Failure>;

/** Prepares shares of images, in the order in which it gets them. */
export interface ImageThread {
  /** Returns why some failed, by index. */
  prepare: (share: Share) => Promise<Failures>;
  close: () => Promise<void>;
}

/** This thread. */
export const ownThread: ImageThread = { prepare: prepareShare, close: () => Promise.resolve() };

interface Waiting {
  resolve: (failures: Failures) => void;
  reject: (error: Error) => void;
}

/**
 * A worker thread. If it dies, all that it was to prepare fails, and all that it is given later. While it has nothing to
 * prepare, it does not keep the process.
 */
export class WorkerThread implements ImageThread {
  readonly #waiting = new Map<number, Waiting>();
  readonly #worker: Worker;
  #last = 0;
  #end: Error | undefined;

  constructor(entry = new URL('imageThread.mjs', import.meta.url)) {
    // It registers tsx itself, and needs none of its parent's options.
    this.#worker = new Worker(entry, { execArgv: [] });
    this.#worker.on('message', ({ id, failures }: { id: number; failures: Failures }) => {
      this.#waiting.get(id)?.resolve(failures);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#worker.unref();
    });
    this.#worker.on('error', (cause: unknown) => {
      this.#fail(new Error('A thread that prepares images has died', { cause }));
    });
    this.#worker.on('exit', (code) => {
      this.#fail(new Error(`A thread that prepares images has ended, with code ${code}`));
    });
    // Last, because a listener to messages refers to it again.
    this.#worker.unref();
  }

  prepare(share: Share): Promise<Failures> {
    const end = this.#end;
    if (end !== undefined) return Promise.reject(end);
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, share });
    });
  }

  async close(): Promise<void> {
    this.#fail(new Error('The pool of images was closed'));
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

import { Worker } from 'node:worker_threads';

/** How often an owner increases the counter in its lock file. */
const beatEveryMs = 2_000;
/** Width of the counter, which is overwritten in place and so needs no space on a full disk. */
export const beatsDigits = 12;

/** A message to the thread. */
export type Order = { kind: 'begin'; id: number; file: string; token: string } | { kind: 'end'; id: number };
/** A message from the thread: a lock file is missing or belongs to another process. */
interface Loss {
  id: number;
}

/**
 * Gives signs of life for the locks of this process in a separate thread, because a training step may block
 * the main thread for longer than other processes wait.
 */
class SignsOfLife {
  #thread: Worker | undefined;
  #last = 0;
  readonly #onLost = new Map<number, () => void>();

  /**
   * Starts giving signs of life in a lock file, and returns a function that stops it. `onLost` is called once
   * if another process takes the lock.
   */
  begin(file: string, token: string, onLost: () => void): () => void {
    const id = (this.#last += 1);
    this.#onLost.set(id, onLost);
    this.#tell({ kind: 'begin', id, file, token });
    return () => {
      if (this.#onLost.delete(id)) this.#tell({ kind: 'end', id });
    };
  }

  #tell(order: Order): void {
    this.#thread ??= this.#start();
    this.#thread.postMessage(order);
  }

  #start(): Worker {
    const thread = new Worker(new URL('signsOfLife.thread.mjs', import.meta.url), {
      workerData: { beatEveryMs, beatsDigits },
      // It is plain JavaScript and needs none of its parent's options.
      execArgv: [],
    });
    thread.on('message', ({ id }: Loss) => {
      this.#lose(id);
    });
    thread.on('error', () => {
      this.#thread = undefined;
      for (const id of [...this.#onLost.keys()]) this.#lose(id);
    });
    thread.unref();
    return thread;
  }

  #lose(id: number): void {
    const onLost = this.#onLost.get(id);
    this.#onLost.delete(id);
    onLost?.();
  }
}

export const signsOfLife = new SignsOfLife();

import { Worker } from 'node:worker_threads';

/** How often an owner raises the count in its lock file. */
const beatEveryMs = 2_000;
/** Width of the count, so that it is written over in place and needs no room on a full disk. */
export const beatsDigits = 12;

/** What the thread is told. */
export type Order = { kind: 'begin'; id: number; file: string; token: string } | { kind: 'end'; id: number };
/** What it answers: a lock file is gone, or another's. */
interface Loss {
  id: number;
}

/**
 * Gives signs of life for the locks of this process, in a thread of its own: a step of training may keep the main thread for
 * longer than others wait for one.
 */
class SignsOfLife {
  #thread: Worker | undefined;
  #last = 0;
  readonly #onLost = new Map<number, () => void>();

  /** Begins to give signs in a lock file; returns what ends it. `onLost` is called once when the lock is another's. */
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
      // It is plain JavaScript, and needs nothing that its parent was started with.
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

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lockOwner, type LockOwner, OutsideError, tryWithLock } from '@bit-repro/artifacts';
import { listGpus } from '@bit-repro/engine';
import type { Slot } from '../forecast/resources.ts';
import { slotFolder } from './slotFolder.ts';
import { inQueue } from './slotQueue.ts';

const retryEveryMs = 500;
/** Other processes release a slot for a moment between two of their runs, so short waits are not reported. */
const defaultWaitUntoldMs = 2_000;
const tellAgainAfterMs = 10 * 60_000;

type Pause = (ms: number, signal?: AbortSignal) => Promise<unknown>;
const pauseFor: Pause = (ms, signal) => setTimeout(ms, undefined, { signal });

/** What a process waits for. */
export interface Waiting {
  /** The holder of a slot; undefined if none is held and other processes are only ahead in the queue. */
  owner?: LockOwner;
  slot: string;
  folder: string;
  forMs: number;
}

/**
 * The slots of this machine, shared by all processes of a user: while one holds a slot, the others wait for
 * it. A GPU that nvidia-smi no longer lists is dropped.
 */
export class Slots {
  readonly #all: Set<Slot>;
  readonly #taken = new Map<Slot, () => void>();
  #folder: string | undefined;
  readonly #onLost: (slot: Slot) => void;
  readonly #waitUntoldMs: number;
  readonly #pause: Pause;

  /**
   * @param waitUntoldMs waits up to this long are not reported.
   * @param pause waits between two tries.
   */
  constructor(
    slots: readonly Slot[],
    onLost: (slot: Slot) => void,
    folder?: string,
    waitUntoldMs = defaultWaitUntoldMs,
    pause = pauseFor,
  ) {
    this.#waitUntoldMs = waitUntoldMs;
    this.#pause = pause;
    this.#all = new Set(slots);
    this.#onLost = onLost;
    this.#folder = folder;
  }

  get size(): number {
    return this.#all.size;
  }

  /**
   * Takes a free slot, waiting while other processes hold the slots or are ahead in the queue.
   *
   * @param onWait is called now and then with what is waited for.
   * @throws OutsideError if no slot is left; the signal's reason if it is aborted.
   */
  async take(signal: AbortSignal, onWait: (waiting: Waiting) => void = () => undefined): Promise<Slot> {
    // Created on first use, because a report needs no slot.
    const folder = (this.#folder ??= await slotFolder());
    return inQueue(join(folder, `queue-${this.#kind()}`), (isFirst) => this.#wait(signal, isFirst, onWait));
  }

  async #wait(
    signal: AbortSignal,
    isFirst: () => Promise<boolean>,
    onWait: (waiting: Waiting) => void,
  ): Promise<Slot> {
    const since = performance.now();
    let tellAt = since + this.#waitUntoldMs;
    for (;;) {
      signal.throwIfAborted();
      if (await isFirst()) {
        await this.check();
        for (const slot of this.#all) if (!this.#taken.has(slot) && (await this.#lock(slot))) return slot;
      }
      if (this.#all.size === 0) {
        throw new OutsideError(
          'No GPU is left to run on: nvidia-smi no longer lists any',
          'Check `nvidia-smi` and the kernel log. When the GPU is back, run the same command again.',
        );
      }
      if (performance.now() >= tellAt) {
        tellAt += tellAgainAfterMs;
        onWait(await this.#whatFor(performance.now() - since));
      }
      await this.#pause(retryEveryMs, signal);
    }
  }

  async #whatFor(forMs: number): Promise<Waiting> {
    const folder = this.#folder!;
    for (const { name } of this.#all) {
      const owner = await lockOwner(join(folder, name));
      if (owner !== undefined) return { owner, slot: name, folder, forMs };
    }
    return { slot: [...this.#all][0]?.name ?? '', folder, forMs };
  }

  /** Processes that want the same slots share a queue; all shares of the processor count as the same. */
  #kind(): string {
    const names = [...this.#all].flatMap(({ name, gpu }) => (gpu === undefined ? [] : [name])).sort();
    return names.length === 0
      ? 'processor'
      : createHash('sha256').update(names.join()).digest('hex').slice(0, 12);
  }

  give(slot: Slot): void {
    this.#taken.get(slot)?.();
    this.#taken.delete(slot);
  }

  /** Drops GPUs that are gone. nvidia-smi may be busy, so it is asked up to three times. */
  async check(): Promise<void> {
    let missing: Slot[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      if (tries > 0) await this.#pause(retryEveryMs);
      missing = await this.#missing();
      if (missing.length === 0) return;
    }
    // A concurrent call may already have dropped it.
    for (const slot of missing) if (this.#all.delete(slot)) this.#onLost(slot);
  }

  async #missing(): Promise<Slot[]> {
    const onGpus = [...this.#all].filter(({ gpu }) => gpu !== undefined);
    if (onGpus.length === 0) return [];
    const { gpus, complaint } = await listGpus();
    // If nvidia-smi does not answer, no GPU counts as gone.
    if (gpus.length === 0 && complaint !== undefined) return [];
    const present = new Set(gpus.map(({ uuid }) => uuid));
    return onGpus.filter(({ gpu }) => !present.has(gpu!.uuid));
  }

  has(slot: Slot): boolean {
    return this.#all.has(slot);
  }

  /** Locks the slot until it is given back; false if another process holds it. */
  async #lock(slot: Slot): Promise<boolean> {
    const folder = this.#folder!;
    return new Promise((resolve, reject) => {
      const held = (): Promise<void> =>
        new Promise((release) => {
          this.#taken.set(slot, release);
          resolve(true);
        });
      // A lock that is lost later is not an error: it only keeps workers out of each other's way.
      tryWithLock(join(folder, slot.name), held).then((result) => {
        resolve(result !== undefined);
      }, reject);
    });
  }
}

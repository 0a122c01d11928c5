import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lockOwner, type LockOwner, OutsideError, tryWithLock } from '@bit-repro/artifacts';
import { listGpus } from '@bit-repro/engine';
import type { Slot } from '../forecast/resources.ts';
import { slotFolder } from './slotFolder.ts';
import { inQueue } from './slotQueue.ts';

const retryEveryMs = 500;
/** Others mostly let go between two of their runs. */
const defaultWaitUntoldMs = 2_000;
const tellAgainAfterMs = 10 * 60_000;

/** What a process waits for. */
export interface Waiting {
  /** Who holds a slot; nothing where others only wait for it before this process. */
  owner?: LockOwner;
  slot: string;
  folder: string;
  forMs: number;
}

/**
 * The slots of this machine. Every process of a user that takes some keeps to the same ones: what one holds, another waits
 * for. A GPU that nvidia-smi lists no more is given up.
 */
export class Slots {
  readonly #all: Set<Slot>;
  readonly #taken = new Map<Slot, () => void>();
  #folder: string | undefined;
  readonly #onLost: (slot: Slot) => void;
  readonly #waitUntoldMs: number;

  /** @param waitUntoldMs how long a wait is not worth a word. */
  constructor(
    slots: readonly Slot[],
    onLost: (slot: Slot) => void,
    folder?: string,
    waitUntoldMs = defaultWaitUntoldMs,
  ) {
    this.#waitUntoldMs = waitUntoldMs;
    this.#all = new Set(slots);
    this.#onLost = onLost;
    this.#folder = folder;
  }

  get size(): number {
    return this.#all.size;
  }

  /**
   * A free slot, waited for as long as others hold it or have waited for it longer.
   *
   * @param onWait is told now and then what is waited for.
   * @throws OutsideError when there is none any more; the signal's reason when it is aborted.
   */
  async take(signal: AbortSignal, onWait: (waiting: Waiting) => void = () => undefined): Promise<Slot> {
    // Made when it is first needed: a report alone takes no slot.
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
          'Expected a GPU to run on, found that nvidia-smi lists none any more',
          'See `nvidia-smi` and the kernel’s log; when the GPU is back, run the same command again.',
        );
      }
      if (performance.now() >= tellAt) {
        tellAt += tellAgainAfterMs;
        onWait(await this.#whatFor(performance.now() - since));
      }
      await setTimeout(retryEveryMs, undefined, { signal });
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

  /** Who waits for the same slots waits in one queue; all shares of the processor are the same. */
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

  /** Gives up GPUs that are gone; nvidia-smi is asked again before, as it may be busy. */
  async check(): Promise<void> {
    let missing: Slot[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      if (tries > 0) await setTimeout(retryEveryMs);
      missing = await this.#missing();
      if (missing.length === 0) return;
    }
    // Another call may have found out meanwhile.
    for (const slot of missing) if (this.#all.delete(slot)) this.#onLost(slot);
  }

  async #missing(): Promise<Slot[]> {
    const onGpus = [...this.#all].filter(({ gpu }) => gpu !== undefined);
    if (onGpus.length === 0) return [];
    const { gpus, complaint } = await listGpus();
    // Whoever does not answer says of no GPU that it is gone.
    if (gpus.length === 0 && complaint !== undefined) return [];
    const present = new Set(gpus.map(({ uuid }) => uuid));
    return onGpus.filter(({ gpu }) => !present.has(gpu!.uuid));
  }

  has(slot: Slot): boolean {
    return this.#all.has(slot);
  }

  /** Holds the slot's lock until it is given back; false where another process holds it. */
  async #lock(slot: Slot): Promise<boolean> {
    const folder = this.#folder!;
    return new Promise((resolve, reject) => {
      const held = (): Promise<void> =>
        new Promise((release) => {
          this.#taken.set(slot, release);
          resolve(true);
        });
      // Once it is held, nothing hangs on its end: a slot only keeps workers out of each other's way.
      tryWithLock(join(folder, slot.name), held).then((result) => {
        resolve(result !== undefined);
      }, reject);
    });
  }
}

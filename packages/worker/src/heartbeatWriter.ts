import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '@bit-repro/artifacts';
import type { TrainingEvent } from '@bit-repro/trainer';
import { type Heartbeat, runFiles } from '@bit-repro/runs';

const everyMs = 2000;

/** Writes a heartbeat with the progress of the run into its folder every few seconds. */
export class HeartbeatWriter {
  readonly #file: string;
  readonly #state: Omit<Heartbeat, 'at'>;
  readonly #timer: NodeJS.Timeout;
  readonly #requireHeld: () => void;
  #writing = Promise.resolve();

  constructor(folder: string, steps: number, requireHeld: () => void) {
    this.#requireHeld = requireHeld;
    this.#file = join(folder, runFiles.heartbeat);
    this.#state = { pid: process.pid, host: hostname(), startedAt: new Date().toISOString(), step: 0, steps };
    this.#timer = setInterval(() => {
      this.#beat();
    }, everyMs);
    this.#beat();
  }

  hear(event: TrainingEvent): void {
    if (event.kind === 'evaluating') {
      const { step, done, total } = event;
      this.#state.evaluating = { step, done, total };
      return;
    }
    delete this.#state.evaluating;
    if (event.kind === 'step') Object.assign(this.#state, { step: event.step, loss: event.loss });
    if (event.kind === 'resumed') this.#state.step = event.step;
  }

  /** Stops the heartbeat and removes its file. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    this.#requireHeld();
    await rm(this.#file, { force: true });
  }

  #beat(): void {
    const beat: Heartbeat = { ...this.#state, at: new Date().toISOString() };
    // A failed heartbeat must not end the run; to readers the worker is merely silent.
    this.#writing = this.#writing
      .then(() => {
        this.#requireHeld();
        return writeFileAtomic(this.#file, `${JSON.stringify(beat)}\n`);
      })
      .catch(() => undefined);
  }
}

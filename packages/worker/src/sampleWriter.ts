import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles, type TelemetrySample } from '@bit-repro/runs';

/**
 * Adds samples to `telemetry.jsonl`, after those of earlier attempts at the run: what the memory did before a worker was killed is
 * what one wants to see.
 */
export class SampleWriter {
  readonly #file: string;
  readonly #requireHeld: () => void;
  #writing = Promise.resolve();

  /** `requireHeld` throws if another process now owns the file. */
  constructor(folder: string, requireHeld: () => void) {
    this.#file = join(folder, runFiles.telemetry);
    this.#requireHeld = requireHeld;
  }

  write(sample: TelemetrySample): void {
    // A sample that is lost must not end the run.
    this.#writing = this.#writing
      .then(() => {
        this.#requireHeld();
        return appendFile(this.#file, `${JSON.stringify(sample)}\n`);
      })
      .catch(() => undefined);
  }

  /** Waits until everything is written. */
  async end(): Promise<void> {
    await this.#writing;
  }
}

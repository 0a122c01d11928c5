import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { TrainingEvent } from '@bit-repro/trainer';

/**
 * Keeps a run's events, one JSON text a line. A run that goes on from a checkpoint goes on in its file, where steps after
 * the checkpoint may stand twice; any other begins the file anew.
 */
export class Journal {
  readonly #file: string;
  #stream: WriteStream | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  write(event: TrainingEvent): void {
    if (event.kind === 'evaluating') return;
    this.#stream ??= createWriteStream(this.#file, { flags: event.kind === 'resumed' ? 'a' : 'w' });
    this.#stream.write(`${JSON.stringify(event)}\n`);
  }

  async close(): Promise<void> {
    if (this.#stream === undefined) return;
    this.#stream.end();
    await once(this.#stream, 'close');
  }
}

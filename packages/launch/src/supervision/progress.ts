import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingEvent } from '@bit-repro/trainer';
import { readHeartbeat, parseEvent, runFiles } from '@bit-repro/runs';

/** Reads a worker's new events from a run's folder. */
export class ProgressReader {
  readonly #folder: string;
  #inode = 0;
  #read = 0;
  #evaluated = '';

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts after the events of earlier workers. */
  static async open(folder: string): Promise<ProgressReader> {
    const reader = new ProgressReader(folder);
    const found = await stat(join(folder, runFiles.events)).catch(() => undefined);
    if (found !== undefined) [reader.#inode, reader.#read] = [found.ino, found.size];
    return reader;
  }

  /** New events in order, then the progress of the current evaluation if it changed. */
  async next(): Promise<TrainingEvent[]> {
    return [...(await this.#events()), ...(await this.#evaluating())];
  }

  async #events(): Promise<TrainingEvent[]> {
    const file = join(this.#folder, runFiles.events);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined || (found.ino === this.#inode && found.size === this.#read)) return [];
    const isAnother = found.ino !== this.#inode;
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    const begin = isAnother || bytes.length < this.#read ? 0 : this.#read;
    // An incomplete line is left for the next call.
    const end = bytes.lastIndexOf('\n') + 1;
    [this.#inode, this.#read] = [found.ino, Math.max(begin, end)];
    const events = bytes
      .subarray(begin, end)
      .toString()
      .split('\n')
      .flatMap((line) => parseEvent(line) ?? []);
    // A resumed run writes a new file, which starts with the events already read.
    return isAnother
      ? events.slice(
          Math.max(
            0,
            events.findLastIndex(({ kind }) => kind === 'resumed'),
          ),
        )
      : events;
  }

  async #evaluating(): Promise<TrainingEvent[]> {
    const evaluating = (await readHeartbeat(this.#folder))?.evaluating;
    if (evaluating === undefined || JSON.stringify(evaluating) === this.#evaluated) return [];
    this.#evaluated = JSON.stringify(evaluating);
    return [{ kind: 'evaluating', ...evaluating }];
  }
}

import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { explainFileError, stagingOf } from '@bit-repro/artifacts';
import type { TrainingEvent } from '@bit-repro/trainer';
import { parseEvent } from '@bit-repro/runs';

/**
 * Writes a run's events as JSON Lines, each before the next step starts. A resumed run keeps the events up to
 * its checkpoint; any other run starts with an empty file.
 *
 * @throws OutsideError from `write` if the disk rejects it.
 */
export class Journal {
  readonly #file: string;
  readonly #requireHeld: () => void;
  #descriptor: number | undefined;

  /** `requireHeld` throws if another process now owns the file. */
  constructor(file: string, requireHeld: () => void = () => undefined) {
    this.#file = file;
    this.#requireHeld = requireHeld;
  }

  write(event: TrainingEvent): void {
    if (event.kind === 'evaluating') return;
    this.#requireHeld();
    try {
      if (this.#descriptor === undefined) this.#descriptor = this.#begin(event);
      else writeSync(this.#descriptor, lineOf(event));
    } catch (cause) {
      throw explainFileError(cause, 'write', this.#file);
    }
  }

  /** @throws OutsideError if the disk rejects what was written. */
  close(): void {
    if (this.#descriptor === undefined) return;
    try {
      fsyncSync(this.#descriptor);
    } catch (cause) {
      throw explainFileError(cause, 'write', this.#file);
    } finally {
      closeSync(this.#descriptor);
    }
    this.#descriptor = undefined;
  }

  /** Starts a new file, by which readers distinguish this worker's events from those of an earlier one. */
  #begin(event: TrainingEvent): number {
    const staging = stagingOf(this.#file);
    try {
      const lines = [...this.#keptBefore(event), lineOf(event)];
      writeFileSync(staging, lines.join(''), { flag: 'wx', flush: true });
      renameSync(staging, this.#file);
    } catch (error) {
      rmSync(staging, { force: true });
      throw error;
    }
    return openSync(this.#file, 'a');
  }

  /** A killed worker leaves steps that are now repeated, and perhaps an incomplete line. */
  #keptBefore(event: TrainingEvent): string[] {
    if (event.kind !== 'resumed') return [];
    const lines = readIfThere(this.#file).split('\n');
    return lines.filter((line) => isUpTo(event.step, line)).map((line) => `${line}\n`);
  }
}

const lineOf = (event: TrainingEvent): string => `${JSON.stringify(event)}\n`;

function isUpTo(step: number, line: string): boolean {
  const event = parseEvent(line);
  return event !== undefined && (event.kind === 'restarted' || event.step <= step);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

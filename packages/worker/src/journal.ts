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
 * Keeps a run's events, one JSON text a line, each written before the next step begins. A run that goes on from a checkpoint
 * goes on in its file behind the events up to that step; any other begins the file anew.
 *
 * @throws OutsideError from `write` when the disk does not take it.
 */
export class Journal {
  readonly #file: string;
  readonly #requireHeld: () => void;
  #descriptor: number | undefined;

  /** `requireHeld` throws where the file is another process's to write. */
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

  /** @throws OutsideError when the disk does not take what was written. */
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

  /** In a new file, by which those who read along tell this worker's events from an earlier one's. */
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

  /** A killed worker leaves steps that are now done again, and perhaps half a line. */
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

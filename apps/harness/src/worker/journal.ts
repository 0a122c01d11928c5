import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { explainFileError } from '@bit-repro/artifacts';
import type { TrainingEvent } from '@bit-repro/trainer';
import { runEventSchema } from '../store/records.ts';

/**
 * Keeps a run's events, one JSON text a line, each written before the next step begins. A run that goes on from a checkpoint
 * goes on in its file behind the events up to that step; any other begins the file anew.
 *
 * @throws ArtifactError from `write` when the disk does not take it.
 */
export class Journal {
  readonly #file: string;
  #descriptor: number | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  write(event: TrainingEvent): void {
    if (event.kind === 'evaluating') return;
    try {
      if (this.#descriptor === undefined && event.kind === 'resumed') this.#descriptor = this.#goOn(event);
      else writeSync((this.#descriptor ??= openSync(this.#file, 'w')), lineOf(event));
    } catch (cause) {
      throw explainFileError(cause, 'write', this.#file);
    }
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** A killed worker leaves steps that are now done again, and perhaps half a line. */
  #goOn(event: Extract<TrainingEvent, { kind: 'resumed' }>): number {
    const lines = readIfThere(this.#file).split('\n');
    const kept = lines.filter((line) => isUpTo(event.step, line)).map((line) => `${line}\n`);
    const staging = `${this.#file}.new`;
    writeFileSync(staging, [...kept, lineOf(event)].join(''), { flush: true });
    renameSync(staging, this.#file);
    return openSync(this.#file, 'a');
  }
}

const lineOf = (event: TrainingEvent): string => `${JSON.stringify(event)}\n`;

function isUpTo(step: number, line: string): boolean {
  try {
    const event = runEventSchema.parse(JSON.parse(line));
    return event.kind === 'restarted' || event.step <= step;
  } catch {
    return false;
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

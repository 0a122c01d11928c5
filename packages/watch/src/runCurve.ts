import { join } from 'node:path';
import { parseEvent, runFiles } from '@bit-repro/runs';
import { LineTail } from './lineTail.ts';

/** A value by step. */
export type Point = readonly [step: number, value: number];

/** What a reader does not have yet of a run's curves. */
export interface CurvePart {
  /** To be passed to the next call. */
  have: string;
  /** Whether this is all from the start, and replaces what the reader has. */
  isAll: boolean;
  losses: Point[];
  top1: Point[];
}

/** More points than a chart shows; every second is dropped when there are more. */
const mostPoints = 4000;

/** The learning curves of a run, from its events. */
export class RunCurve {
  readonly #events: LineTail;
  readonly #losses = new Series();
  readonly #top1 = new Series();
  #generation = 0;

  constructor(folder: string) {
    this.#events = new LineTail(join(folder, runFiles.events));
  }

  /** Reads what was added to the run's files. */
  async refresh(): Promise<void> {
    const { isAnother, lines } = await this.#events.read();
    if (isAnother) this.#startAgain();
    for (const line of lines) {
      const event = parseEvent(line);
      if (event?.kind === 'step') this.#add(this.#losses, event.step, event.loss);
      if (event?.kind === 'evaluation') this.#add(this.#top1, event.step, event.top1);
    }
  }

  get losses(): readonly Point[] {
    return this.#losses.points;
  }

  since(have = ''): CurvePart {
    const { points: losses } = this.#losses;
    const { points: top1 } = this.#top1;
    const [generation, ofLosses, ofTop1] = have.split('.').map(Number);
    const isAll = have === '' || generation !== this.#generation;
    return {
      have: [this.#generation, losses.length, top1.length].join('.'),
      isAll,
      losses: isAll ? losses : losses.slice(ofLosses),
      top1: isAll ? top1 : top1.slice(ofTop1),
    };
  }

  #startAgain(): void {
    this.#generation += 1;
    this.#losses.clear();
    this.#top1.clear();
  }

  #add(series: Series, step: number, value: number): void {
    if (!series.add(step, value)) this.#generation += 1;
  }
}

/** Points in the order of their steps, never too many. */
class Series {
  points: Point[] = [];
  #stride = 1;
  #seen = 0;

  clear(): void {
    this.points = [];
    this.#stride = 1;
    this.#seen = 0;
  }

  /** Adds a point; false if others had to go for it. */
  add(step: number, value: number): boolean {
    const kept = this.points.length;
    // A worker that went on from a checkpoint repeats steps.
    while (this.points.length > 0 && this.points.at(-1)![0] >= step) this.points.pop();
    const hasAll = this.points.length === kept;
    if (this.#seen++ % this.#stride === 0) this.points.push([step, value]);
    if (this.points.length <= mostPoints) return hasAll;
    this.points = this.points.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
    return false;
  }
}

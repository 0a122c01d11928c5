import { join } from 'node:path';
import { parseEvent, parseSample, runFiles } from '@bit-repro/runs';
import { LineTail } from './lineTail.ts';

/** A value by step, or by minutes since the first sample of the run; memory in GiB. */
export type Point = readonly [at: number, value: number];

/** Learning curves by step, and what the worker takes of its machine by time. */
const kinds = ['losses', 'top1', 'memory', 'cores', 'gpuMemory', 'gpuLoad'] as const;
type Kind = (typeof kinds)[number];

/** What a reader does not have yet of a run's curves. */
export type CurvePart = Record<Kind, Point[]> & {
  /** To be passed to the next call. */
  have: string;
  /** Whether this is all from the start, and replaces what the reader has. */
  isAll: boolean;
};

/** More points than a chart shows; every second is dropped when there are more. */
const mostPoints = 4000;
const GiB = 1024 ** 3;

/** The curves of a run, from its events and its telemetry. */
export class RunCurve {
  readonly #events: LineTail;
  readonly #telemetry: LineTail;
  readonly #series = eachKind(() => new Series());
  #firstSampleAt: number | undefined;
  #generation = 0;

  constructor(folder: string) {
    this.#events = new LineTail(join(folder, runFiles.events));
    this.#telemetry = new LineTail(join(folder, runFiles.telemetry));
  }

  /** Reads what was added to the run's files. */
  async refresh(): Promise<void> {
    for (const line of await this.#newLines(this.#events, ['losses', 'top1'])) {
      const event = parseEvent(line);
      if (event?.kind === 'step') this.#add('losses', event.step, event.loss);
      if (event?.kind === 'evaluation') this.#add('top1', event.step, event.top1);
    }
    for (const line of await this.#newLines(this.#telemetry, ['memory', 'cores', 'gpuMemory', 'gpuLoad'])) {
      const sample = parseSample(line);
      if (sample === undefined) continue;
      const at = Date.parse(sample.at) / 60_000;
      this.#firstSampleAt ??= at;
      const values = {
        memory: sample.rssBytes / GiB,
        cores: sample.cores,
        gpuMemory: sample.gpu?.memoryBytes === undefined ? undefined : sample.gpu.memoryBytes / GiB,
        gpuLoad: sample.gpu?.utilisation,
      };
      for (const [kind, value] of Object.entries(values) as [Kind, number | undefined][])
        if (value !== undefined) this.#add(kind, at - this.#firstSampleAt, value);
    }
  }

  get losses(): readonly Point[] {
    return this.#series.losses.points;
  }

  since(have = ''): CurvePart {
    const [generation, ...counts] = have.split('.').map(Number);
    const isAll = have === '' || generation !== this.#generation;
    return {
      have: [this.#generation, ...kinds.map((kind) => this.#series[kind].points.length)].join('.'),
      isAll,
      ...eachKind((kind, index) => this.#series[kind].points.slice(isAll ? 0 : counts[index])),
    };
  }

  /** The lines that were added to a file; if it is another file, the series that come from it begin again. */
  async #newLines(tail: LineTail, from: readonly Kind[]): Promise<string[]> {
    const { isAnother, lines } = await tail.read();
    if (isAnother) {
      this.#generation += 1;
      for (const kind of from) this.#series[kind].clear();
    }
    return lines;
  }

  #add(kind: Kind, at: number, value: number): void {
    if (!this.#series[kind].add(at, value)) this.#generation += 1;
  }
}

const eachKind = <T>(make: (kind: Kind, index: number) => T): Record<Kind, T> =>
  Object.fromEntries(kinds.map((kind, index) => [kind, make(kind, index)])) as Record<Kind, T>;

/** Points in order, never too many. */
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
  add(at: number, value: number): boolean {
    const kept = this.points.length;
    // A worker that went on from a checkpoint repeats steps.
    while (this.points.length > 0 && this.points.at(-1)![0] >= at) this.points.pop();
    const hasAll = this.points.length === kept;
    if (this.#seen++ % this.#stride === 0) this.points.push([at, value]);
    if (this.points.length <= mostPoints) return hasAll;
    this.points = this.points.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
    return false;
  }
}

import type { Job, JobOutcome } from '@bit-repro/launch';
import { inSeconds } from '@bit-repro/artifacts';

/** The progress of an experiment: of the runs that were unfinished at its start. */
export class Totals {
  readonly runs: number;
  readonly #flops: number;
  readonly #since = performance.now();
  /** The latest outcome of each run that has ended; a failed run may be retried. */
  readonly #outcomes = new Map<string, JobOutcome['kind']>();
  #flopsDone = 0;

  /** `work`: the floating-point operations of each run. */
  constructor(work: readonly number[]) {
    this.runs = work.length;
    this.#flops = work.reduce((sum, flops) => sum + flops, 0);
  }

  ended({ id, flops }: Job, { kind }: JobOutcome): void {
    this.#outcomes.set(id, kind);
    if (kind === 'done') this.#flopsDone += flops;
  }

  /** Number of runs that have ended, whatever the outcome. */
  get over(): number {
    return this.#outcomes.size;
  }

  describe(): string {
    const count = (kind: JobOutcome['kind']): number =>
      [...this.#outcomes.values()].filter((one) => one === kind).length;
    const failed = count('failed');
    return [
      `${count('done')} of ${this.runs}`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...this.#left(),
    ].join(', ');
  }

  /** Estimated from the operations done so far, because runs differ in size. */
  #left(): string[] {
    if (this.#flopsDone === 0 || this.over === this.runs) return [];
    const elapsed = performance.now() - this.#since;
    const left = elapsed * Math.max(0, this.#flops / this.#flopsDone - 1);
    return [`about ${inSeconds(left / 1000)} left`];
  }
}

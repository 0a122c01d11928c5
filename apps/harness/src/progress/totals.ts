import type { Job, JobOutcome } from '@bit-repro/launch';
import { inSeconds } from '@bit-repro/artifacts';

/** How far an experiment is: of the runs that were not done when it began. */
export class Totals {
  readonly runs: number;
  readonly #flops: number;
  readonly #since = performance.now();
  /** The latest outcome of each run that has ended; one that failed may be tried again. */
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

  /** Runs that have ended, however they did. */
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

  /** By the operations done so far; runs differ in size. */
  #left(): string[] {
    if (this.#flopsDone === 0 || this.over === this.runs) return [];
    const elapsed = performance.now() - this.#since;
    const left = elapsed * Math.max(0, this.#flops / this.#flopsDone - 1);
    return [`about ${inSeconds(left / 1000)} left`];
  }
}

import type { Job, JobOutcome, JobListener } from '@bit-repro/launch';
import { indented, inLine, inPercent, inTime, nameOfRun } from '@bit-repro/artifacts';
import { fitting, apart, painted } from '@bit-repro/terminal';
import { styleOfState } from '../styleOfState.ts';
import { plainName, shortName } from './names.ts';
import type { Totals } from './totals.ts';

type Event = Parameters<JobListener['event']>[1];
type Evaluation = Extract<Event, { kind: 'evaluation' }>;

/** Reports the progress of jobs in printed lines. */
export class Lines implements JobListener {
  readonly #print: (line: string) => void;
  readonly #totals: Totals;
  readonly #columns: () => number;
  readonly #started = new Map<string, number>();
  /** The scores at the end of training. */
  readonly #final = new Map<string, Evaluation>();

  constructor(print: (line: string) => void, totals: Totals, columns: () => number) {
    this.#print = print;
    this.#totals = totals;
    this.#columns = columns;
  }

  started(job: Job): void {
    this.#started.set(job.id, performance.now());
    this.#line('started', job);
  }

  event(job: Job, event: Event): void {
    switch (event.kind) {
      case 'evaluation': {
        // The final scores are in the line for the end of the run.
        if (event.step === job.steps) this.#final.set(job.id, event);
        else {
          const score = inPercent(event.top1);
          this.#line(`step ${event.step}`, job, `top-1 ${score}  ${lossOf(event)}`, `top-1 ${score}`, score);
        }
        break;
      }
      case 'resumed':
        this.#line('resumed', job, `from its checkpoint at step ${event.step}`, `from step ${event.step}`);
        break;
      case 'restarted':
        this.#line('restart', job, inLine(event.reason));
        break;
      case 'split':
        this.#line(
          'memory',
          job,
          `ran out after step ${event.step}: now ${event.batchSplit} micro-batches per step`,
        );
    }
  }

  ended(job: Job, outcome: JobOutcome): void {
    const now = performance.now();
    const took = inTime((now - (this.#started.get(job.id) ?? now)) / 1000);
    const final = outcome.kind === 'done' ? this.#final.get(job.id) : undefined;
    this.#started.delete(job.id);
    this.#final.delete(job.id);
    this.#totals.ended(job, outcome);
    const totals = `(${this.#totals.describe()})`;
    if (final === undefined) {
      this.#line(outcome.kind, job, `after ${took}  ${totals}`, `after ${took}`, '');
    } else {
      const score = inPercent(final.top1);
      this.#line(
        outcome.kind,
        job,
        apart(`top-1 ${score}`, lossOf(final), `after ${took}`, totals),
        apart(`top-1 ${score}`, `after ${took}`),
        apart(score, took),
        score,
      );
    }
    if (outcome.kind === 'failed')
      this.#print(indented(`  ${outcome.message}${outcome.remedy ? `\n${outcome.remedy}` : ''}`));
  }

  /** Prints an event of a job. `details` are alternatives from the longest to the shortest. */
  #line(what: string, job: Job, ...details: string[]): void {
    const style = styleOfState(what);
    const begin = `${painted(what, style)}${' '.repeat(Math.max(0, 8 - what.length))}`;
    const [full = '', ...briefer] = details;
    this.#print(
      fitting(
        this.#columns(),
        apart(`${begin} ${nameOfRun(job.id, job.arm)}`, full),
        ...[full, ...briefer].map((detail) => apart(`${begin} ${plainName(job)}`, detail)),
        apart(painted(what, style), shortName(job), details.at(-1) ?? ''),
      ),
    );
  }
}

const lossOf = ({ loss }: Evaluation): string => `loss ${loss.toFixed(4)}`;

import cliProgress from 'cli-progress';
import prettyMs from 'pretty-ms';
import type { Job, JobOutcome } from '../launch/launcher.ts';
import type { JobListener } from '../launch/supervisor.ts';
import { indented, inLine, visible } from '../terminal/clean.ts';
import { isTerminal } from '../terminal/print.ts';
import { Totals } from './totals.ts';

const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;

/** Shows jobs as they go: bars on a terminal, plain lines elsewhere. */
export interface Board extends JobListener {
  close(): void;
}

/** `work`: the floating-point operations of each run that is not done. */
export function makeBoard(
  print: (line: string) => void,
  work: readonly number[],
  terminal = isTerminal(),
): Board {
  const totals = new Totals(work);
  return terminal ? new Bars(print, totals) : new Lines(print, totals);
}

class Lines implements Board {
  readonly #print: (line: string) => void;
  readonly #totals: Totals;
  readonly #started = new Map<string, number>();

  constructor(print: (line: string) => void, totals: Totals) {
    this.#print = print;
    this.#totals = totals;
  }

  started({ id }: Job): void {
    this.#started.set(id, performance.now());
    this.#print(`started  ${id}`);
  }

  event({ id }: Job, event: Parameters<JobListener['event']>[1]): void {
    if (event.kind === 'evaluation') {
      this.#print(`step ${event.step}  ${id}  top-1 ${percent(event.top1)}  loss ${event.loss.toFixed(4)}`);
    }
    if (event.kind === 'resumed') this.#print(`goes on  ${id}  from its checkpoint of step ${event.step}`);
    if (event.kind === 'restarted') this.#print(`anew     ${id}  ${inLine(event.reason)}`);
    if (event.kind === 'split') {
      this.#print(
        `memory   ${id}  ran out after step ${event.step}: now ${event.batchSplit} micro-batches a step`,
      );
    }
  }

  ended(job: Job, outcome: JobOutcome): void {
    const { id } = job;
    const now = performance.now();
    const took = prettyMs(now - (this.#started.get(id) ?? now), { secondsDecimalDigits: 0 });
    this.#totals.ended(job, outcome);
    this.#print(`${outcome.kind.padEnd(8)} ${id}  after ${took}  (${this.#totals.describe()})`);
    if (outcome.kind === 'failed')
      this.#print(indented(`  ${outcome.message}${outcome.remedy ? `\n${outcome.remedy}` : ''}`));
  }

  close(): void {
    this.#started.clear();
  }
}

class Bars implements Board {
  readonly #lines: Lines;
  readonly #totals: Totals;
  readonly #bars = new Map<string, { bar: cliProgress.SingleBar; rate: Rate }>();
  #total: cliProgress.SingleBar | undefined;
  readonly #multi = new cliProgress.MultiBar(
    {
      format: '{bar} {percentage}%  {id}  {doing}',
      hideCursor: true,
      clearOnComplete: true,
      autopadding: true,
      barsize: 20,
      emptyOnZero: true,
    },
    cliProgress.Presets.shades_classic,
  );

  constructor(print: (line: string) => void, totals: Totals) {
    this.#totals = totals;
    this.#lines = new Lines((line) => {
      if (this.#bars.size > 0) this.#multi.log(`${visible(line)}\n`);
      else print(line);
    }, totals);
  }

  started(job: Job): void {
    this.#lines.started(job);
    const bar = this.#multi.create(job.steps, 0, { id: job.id, doing: 'starting' });
    this.#bars.set(job.id, { bar, rate: new Rate(job) });
    this.#showTotals();
  }

  event(job: Job, event: Parameters<JobListener['event']>[1]): void {
    const shown = this.#bars.get(job.id);
    this.#lines.event(job, event);
    switch (event.kind) {
      case 'step':
        shown?.bar.update(event.step, {
          doing: `step ${event.step}/${event.steps}  loss ${event.loss.toFixed(4)}${shown.rate.describe(event.step)}`,
        });
        break;
      case 'evaluating':
        shown?.bar.update({ doing: `evaluating ${event.done}/${event.total}` });
        break;
      case 'evaluation':
        shown?.bar.update({ doing: `top-1 ${percent(event.top1)}` });
    }
  }

  ended(job: Job, outcome: JobOutcome): void {
    const shown = this.#bars.get(job.id);
    this.#lines.ended(job, outcome);
    if (shown !== undefined) this.#multi.remove(shown.bar);
    this.#bars.delete(job.id);
    this.#showTotals();
  }

  close(): void {
    this.#multi.stop();
  }

  /** The last line. */
  #showTotals(): void {
    if (this.#total !== undefined) this.#multi.remove(this.#total);
    this.#total = this.#multi.create(this.#totals.runs, this.#totals.over, {
      id: 'all runs',
      doing: this.#totals.describe(),
    });
  }
}

/** How fast a job goes, since its first step in this process. */
class Rate {
  readonly #job: Job;
  #first: { step: number; at: number } | undefined;

  constructor(job: Job) {
    this.#job = job;
  }

  describe(step: number): string {
    const at = performance.now();
    this.#first ??= { step, at };
    const steps = step - this.#first.step;
    if (steps === 0) return '';
    const perSecond = steps / ((at - this.#first.at) / 1000);
    const left = prettyMs(((this.#job.steps - step) / perSecond) * 1000, { secondsDecimalDigits: 0 });
    return `  ${(perSecond * this.#job.batch).toPrecision(3)} images/s  ${left} left`;
  }
}

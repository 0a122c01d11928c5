import type { Job, JobOutcome, JobListener } from '@bit-repro/launch';
import { changingScreen, terminalColumns, type Screen, Pace } from '@bit-repro/terminal';
import { inPercent } from '@bit-repro/artifacts';
import { runBar, totalBar, type Going } from './bars.ts';
import { Lines } from './lines.ts';
import { Totals } from './totals.ts';

/** Shows the progress of jobs: bars below the printed lines on a terminal, lines alone elsewhere. */
export interface Board extends JobListener {
  close(): void;
}

/** `work`: the floating-point operations of each unfinished run. */
export function makeBoard(
  print: (line: string) => void,
  work: readonly number[],
  screen: Screen | undefined = changingScreen(),
): Board {
  const totals = new Totals(work);
  const lines = new Lines(print, totals, () => screen?.columns ?? terminalColumns());
  return new Bars(lines, totals, screen);
}

class Bars implements Board {
  readonly #lines: Lines;
  readonly #totals: Totals;
  readonly #screen: Screen | undefined;
  readonly #going = new Map<string, Going & { pace: Pace }>();

  constructor(lines: Lines, totals: Totals, screen: Screen | undefined) {
    this.#lines = lines;
    this.#totals = totals;
    this.#screen = screen;
  }

  started(job: Job): void {
    this.#lines.started(job);
    const doing = 'starting';
    this.#going.set(job.id, { job, step: 0, doing: [doing, doing, doing], pace: new Pace() });
    this.#show();
  }

  event(job: Job, event: Parameters<JobListener['event']>[1]): void {
    this.#lines.event(job, event);
    const going = this.#going.get(job.id);
    if (going === undefined) return;
    switch (event.kind) {
      case 'step': {
        const count = `${event.step}/${event.steps}`;
        going.step = event.step;
        going.pace.see(event.step);
        going.perSecond = going.pace.perSecond;
        going.doing = [`step ${count}  loss ${event.loss.toFixed(4)}`, `step ${count}`, count];
        break;
      }
      case 'evaluating': {
        const share = `${Math.floor((100 * event.done) / event.total)}%`;
        going.perSecond = undefined;
        going.doing = [
          `evaluating ${event.done.toLocaleString('en')}/${event.total.toLocaleString('en')}`,
          `evaluating ${share}`,
          `eval ${share}`,
        ];
        break;
      }
      case 'evaluation': {
        const score = inPercent(event.top1);
        going.perSecond = undefined;
        going.doing = [`top-1 ${score}`, `top-1 ${score}`, score];
      }
    }
    this.#show();
  }

  ended(job: Job, outcome: JobOutcome): void {
    this.#going.delete(job.id);
    this.#lines.ended(job, outcome);
    this.#show();
  }

  close(): void {
    this.#screen?.clear();
  }

  #show(): void {
    this.#screen?.show((columns, rows) => this.#frame(columns, rows));
  }

  /** As many runs as fit, and a last line for all. */
  #frame(columns: number, rows: number): string[] {
    const all = [...this.#going.values()];
    const shown = all.length < rows ? all : all.slice(0, Math.max(0, rows - 2));
    const others = all.length - shown.length;
    return [
      ...shown.map((going) => runBar(going, columns)),
      ...(others > 0 ? [`      and ${others} more running`] : []),
      totalBar(this.#totals.over, this.#totals.runs, this.#totals.describe(), columns),
    ];
  }
}

import cliProgress from 'cli-progress';
import prettyMs from 'pretty-ms';
import type { OnProgress } from '@bit-repro/artifacts';
import type { Job, JobListener } from '../launch/launcher.ts';

const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;

/** Shows jobs as they go: bars on a terminal, plain lines elsewhere. */
export interface Board extends JobListener {
  close(): void;
}

export function makeBoard(print: (line: string) => void, terminal = process.stdout.isTTY): Board {
  return terminal ? new Bars(print) : new Lines(print);
}

class Lines implements Board {
  readonly #print: (line: string) => void;
  readonly #started = new Map<string, number>();

  constructor(print: (line: string) => void) {
    this.#print = print;
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
    if (event.kind === 'restarted') this.#print(`anew     ${id}  ${event.reason}`);
    if (event.kind === 'split') {
      this.#print(
        `memory   ${id}  ran out after step ${event.step}: now ${event.batchSplit} micro-batches a step`,
      );
    }
  }

  ended({ id }: Job, outcome: Parameters<JobListener['ended']>[1]): void {
    const took = prettyMs(performance.now() - (this.#started.get(id) ?? 0), { secondsDecimalDigits: 0 });
    this.#print(`${outcome.kind.padEnd(8)} ${id}  after ${took}`);
    if (outcome.kind === 'failed')
      this.#print(`  ${outcome.message}${outcome.remedy ? `\n  ${outcome.remedy}` : ''}`);
  }

  close(): void {
    this.#started.clear();
  }
}

class Bars implements Board {
  readonly #lines: Lines;
  readonly #bars = new Map<string, cliProgress.SingleBar>();
  readonly #multi = new cliProgress.MultiBar(
    {
      format: '{bar} {percentage}%  {id}  {doing}  {eta_formatted} left',
      hideCursor: true,
      clearOnComplete: true,
      autopadding: true,
      barsize: 20,
      emptyOnZero: true,
    },
    cliProgress.Presets.shades_classic,
  );

  constructor(print: (line: string) => void) {
    this.#lines = new Lines((line) => {
      if (this.#bars.size > 0) this.#multi.log(`${line}\n`);
      else print(line);
    });
  }

  started(job: Job): void {
    this.#lines.started(job);
    this.#bars.set(job.id, this.#multi.create(job.steps, 0, { id: job.id, doing: 'starting' }));
  }

  event(job: Job, event: Parameters<JobListener['event']>[1]): void {
    const bar = this.#bars.get(job.id);
    this.#lines.event(job, event);
    switch (event.kind) {
      case 'step':
        bar?.update(event.step, {
          doing: `step ${event.step}/${event.steps}  loss ${event.loss.toFixed(4)}`,
        });
        break;
      case 'evaluating':
        bar?.update({ doing: `evaluating ${event.done}/${event.total}` });
        break;
      case 'evaluation':
        bar?.update({ doing: `top-1 ${percent(event.top1)}` });
    }
  }

  ended(job: Job, outcome: Parameters<JobListener['ended']>[1]): void {
    const bar = this.#bars.get(job.id);
    this.#lines.ended(job, outcome);
    if (bar !== undefined) this.#multi.remove(bar);
    this.#bars.delete(job.id);
  }

  close(): void {
    this.#multi.stop();
  }
}

/** Shows a download as one bar, which goes when it is done; nothing where there is no terminal. */
export function downloadBar(terminal = process.stdout.isTTY): { onProgress: OnProgress; close: () => void } {
  if (!terminal) return { onProgress: () => undefined, close: () => undefined };
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {percentage}%  {label}  {eta_formatted} left',
      barsize: 20,
      clearOnComplete: true,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  );
  return {
    onProgress: ({ label, done, total }) => {
      if (!bar.isActive) bar.start(total ?? done, done, { label });
      bar.update(done, { label });
    },
    close: () => {
      bar.stop();
    },
  };
}

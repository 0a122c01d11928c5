import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { exists, OutsideError, toldOf } from '@bit-repro/artifacts';
import type { TrainingEvent } from '@bit-repro/trainer';
import {
  readJsonIfSound,
  runErrorSchema,
  runFiles,
  giveUpTicket,
  readTicket,
  type Ticket,
} from '@bit-repro/runs';
import type { Job, JobOutcome, Launcher, JobStatus } from './launcher.ts';
import { ProgressReader } from './progress.ts';

/** Hears how jobs go. */
export interface JobListener {
  /** Its worker has begun: at once on this machine, when its turn comes on others. */
  started(job: Job): void;
  event(job: Job, event: TrainingEvent): void;
  ended(job: Job, outcome: JobOutcome): void;
}

/** A worker without progress for so long hangs. Between two events lies at most a micro-batch, or the reading of the weights. */
const longestSilenceMs = 30 * 60_000;

interface Followed {
  job: Job;
  ticket: Ticket;
  progress: ProgressReader;
  /** Whether its worker is known to have begun. */
  isBegun: boolean;
  /** By a clock that nobody sets. */
  heardAt: number;
  hangs: boolean;
  end: (outcome: JobOutcome) => void;
  fail: (error: Error) => void;
}

/**
 * Has a launcher carry jobs out and follows them: how they go is read in their folders, where every launcher's workers write
 * it, so the launcher is asked no more than whether they are still at it.
 */
export class Supervisor {
  readonly #launcher: Launcher;
  readonly #listener: JobListener;
  readonly #silenceMs: number;
  readonly #followed = new Set<Followed>();
  readonly #stopping = new AbortController();
  #isPolling = false;

  constructor(
    launcher: Launcher,
    listener: JobListener,
    { silenceMs = longestSilenceMs }: { silenceMs?: number } = {},
  ) {
    this.#launcher = launcher;
    this.#listener = listener;
    this.#silenceMs = silenceMs;
  }

  get slots(): number {
    return this.#launcher.slots;
  }

  /** Carries a job out; resolves when it has ended, however it ended. */
  async carryOut(job: Job): Promise<JobOutcome> {
    const progress = await ProgressReader.open(job.folder);
    let ticket: Ticket;
    try {
      ticket = await this.#launcher.submit(job, this.#stopping.signal);
    } catch (error) {
      if (this.#stopping.signal.aborted) return { kind: 'stopped' };
      const outcome: JobOutcome = { kind: 'failed', ...toldOf(error) };
      this.#listener.ended(job, outcome);
      return outcome;
    }
    return this.#follow(job, ticket, progress);
  }

  /**
   * Follows a job that another process began, where it is still going; nothing where it is not.
   *
   * @throws OutsideError where another launcher's job, which outlives the process that sent it, has the run.
   */
  async attach(job: Job): Promise<JobOutcome | undefined> {
    const ticket = await readTicket(job.folder);
    if (ticket === undefined) return undefined;
    if (ticket.launcher !== this.#launcher.name) {
      if (!ticket.outlives) return undefined;
      throw new OutsideError(
        `Expected no other launcher to have ${job.id}, found the ticket of a job that ${ticket.launcher} was sent`,
        `Follow it with \`npx harness run CONFIG --launcher ${ticket.launcher}\`, or end it with \`npx harness cancel\`.`,
      );
    }
    if (!(await this.#launcher.attach(ticket, job))) return undefined;
    return this.#follow(job, ticket, await ProgressReader.open(job.folder));
  }

  /**
   * Begins no more jobs, and asks those in hand to stop after the micro-batch; where they outlive this process, it only
   * ceases to follow them. With `now`, ends them at once.
   */
  async stop(now: boolean): Promise<void> {
    this.#stopping.abort();
    if (this.#launcher.outlives && !now) {
      for (const one of this.#followed) one.end({ kind: 'stopped' });
      this.#followed.clear();
      return;
    }
    await this.#launcher.cancel(
      [...this.#followed].map(({ ticket }) => ticket),
      now,
    );
  }

  #follow(job: Job, ticket: Ticket, progress: ProgressReader): Promise<JobOutcome> {
    if (this.#stopping.signal.aborted && this.#launcher.outlives) return Promise.resolve({ kind: 'stopped' });
    return new Promise((resolve, reject) => {
      const one: Followed = {
        job,
        ticket,
        progress,
        isBegun: false,
        heardAt: performance.now(),
        hangs: false,
        end: (outcome) => {
          // Of what waits in a queue when one leaves there is nothing to tell.
          if (outcome.kind !== 'stopped') this.#begin(one);
          if (one.isBegun) this.#listener.ended(job, outcome);
          resolve(outcome);
        },
        fail: reject,
      };
      // A worker of this machine begins at once; others may wait in a queue for hours.
      if (!this.#launcher.outlives) this.#begin(one);
      this.#followed.add(one);
      if (!this.#isPolling) void this.#poll();
    });
  }

  #begin(one: Followed): void {
    if (one.isBegun) return;
    one.isBegun = true;
    this.#listener.started(one.job);
  }

  async #poll(): Promise<void> {
    this.#isPolling = true;
    try {
      while (this.#followed.size > 0) {
        await setTimeout(this.#launcher.pollEveryMs);
        const all = [...this.#followed];
        const statuses = await this.#launcher.poll(all.map(({ ticket }) => ticket));
        await Promise.all(all.map((one, index) => this.#advance(one, statuses[index]!)));
      }
    } catch (error) {
      for (const one of this.#followed) one.fail(error as Error);
      this.#followed.clear();
    } finally {
      this.#isPolling = false;
    }
  }

  async #advance(one: Followed, status: JobStatus): Promise<void> {
    const { job, ticket, progress } = one;
    if (status.kind === 'running') this.#begin(one);
    for (const event of await progress.next()) {
      this.#begin(one);
      one.heardAt = performance.now();
      this.#listener.event(job, event);
    }
    if (status.kind === 'waiting') one.heardAt = performance.now();
    if (status.kind === 'ended') {
      this.#followed.delete(one);
      const isOurs = await giveUpTicket(job.folder, ticket);
      one.end(await this.#outcomeOf(one, status, isOurs));
    } else if (performance.now() - one.heardAt > this.#silenceMs && !one.hangs) {
      one.hangs = true;
      await this.#launcher.cancel([ticket], true);
    }
  }

  async #outcomeOf(
    { job, hangs }: Followed,
    { lost, failed, said }: Omit<JobStatus & { kind: 'ended' }, 'kind'>,
    isOurs: boolean,
  ): Promise<JobOutcome> {
    if (await exists(join(job.folder, runFiles.seal))) return { kind: 'done' };
    if (!isOurs) return { kind: 'stopped' };
    const failure = (await readJsonIfSound(job.folder, runFiles.error, runErrorSchema)) ?? said;
    if (hangs) {
      const minutes = this.#silenceMs / 60_000;
      return {
        kind: 'failed',
        message: `The worker got no further in ${minutes} minutes and was ended`,
        remedy: 'See its worker.log; a GPU that hangs may need a reset.',
        transient: true,
      };
    }
    if (failed !== undefined) return { kind: 'failed', ...failed };
    if (failure !== undefined) {
      const { message, remedy, transient } = failure;
      return {
        kind: 'failed',
        message,
        ...(remedy !== undefined && { remedy }),
        ...((transient ?? lost !== undefined) && { transient: true }),
      };
    }
    if (this.#stopping.signal.aborted) return { kind: 'stopped' };
    return {
      kind: 'failed',
      message: lost ?? 'The worker exited without a result or an error',
      remedy: `See ${join(job.folder, runFiles.log)}.`,
      transient: true,
    };
  }
}

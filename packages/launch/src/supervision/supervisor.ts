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

/** Is notified of the progress of jobs. */
export interface JobListener {
  /** The worker has started: at once on this machine, when its turn comes on others. */
  started(job: Job): void;
  event(job: Job, event: TrainingEvent): void;
  ended(job: Job, outcome: JobOutcome): void;
}

/**
 * A worker without progress for this long is considered hung. Two events are at most a micro-batch, or the
 * reading of the weights, apart.
 */
const longestSilenceMs = 30 * 60_000;

interface SupervisorOptions {
  silenceMs?: number;
  /** A monotonic clock, in milliseconds. */
  now?: () => number;
}

interface Followed {
  job: Job;
  ticket: Ticket;
  progress: ProgressReader;
  /** Whether its worker is known to have started. */
  isBegun: boolean;
  /** Time of the last progress, by a monotonic clock. */
  heardAt: number;
  hangs: boolean;
  end: (outcome: JobOutcome) => void;
  fail: (error: Error) => void;
}

/**
 * Starts jobs through a launcher and follows them. It reads their progress from their folders, where the
 * workers of every launcher write it, and asks the launcher only for their status.
 */
export class Supervisor {
  readonly #launcher: Launcher;
  readonly #listener: JobListener;
  readonly #silenceMs: number;
  readonly #now: () => number;
  readonly #followed = new Set<Followed>();
  readonly #stopping = new AbortController();
  #endsAtOnce = false;
  #isPolling = false;

  constructor(
    launcher: Launcher,
    listener: JobListener,
    { silenceMs = longestSilenceMs, now = () => performance.now() }: SupervisorOptions = {},
  ) {
    this.#launcher = launcher;
    this.#listener = listener;
    this.#silenceMs = silenceMs;
    this.#now = now;
  }

  get slots(): number {
    return this.#launcher.slots;
  }

  /** Runs a job; resolves when it has ended, whatever the outcome. */
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
   * Follows a job that another process started; resolves to undefined if it has ended.
   *
   * @throws OutsideError if the job belongs to another launcher and outlives the process that submitted it.
   */
  async attach(job: Job): Promise<JobOutcome | undefined> {
    const ticket = await readTicket(job.folder);
    if (ticket === undefined) return undefined;
    if (ticket.launcher !== this.#launcher.name) {
      if (!ticket.outlives) return undefined;
      throw new OutsideError(
        `${ticket.launcher} already has a job for ${job.id}`,
        `Follow it with \`npx harness run CONFIG --launcher ${ticket.launcher}\`, or end it with \`npx harness cancel\`.`,
      );
    }
    if (!(await this.#launcher.attach(ticket, job))) return undefined;
    return this.#follow(job, ticket, await ProgressReader.open(job.folder));
  }

  /**
   * Starts no further jobs and asks current ones to stop after their micro-batch; jobs that outlive this
   * process are only no longer followed. With `now`, ends them at once.
   */
  async stop(now: boolean): Promise<void> {
    this.#stopping.abort();
    this.#endsAtOnce ||= now;
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
        heardAt: this.#now(),
        hangs: false,
        end: (outcome) => {
          // A job that was only waiting in a queue is not reported on leaving.
          if (outcome.kind !== 'stopped') this.#begin(one);
          if (one.isBegun) this.#listener.ended(job, outcome);
          resolve(outcome);
        },
        fail: reject,
      };
      // A worker on this machine starts at once; others may queue for hours.
      if (!this.#launcher.outlives) this.#begin(one);
      this.#followed.add(one);
      // The launcher took the job while it was asked to stop, so nobody has told this job yet.
      if (this.#stopping.signal.aborted) this.#launcher.cancel([ticket], this.#endsAtOnce).catch(reject);
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
      one.heardAt = this.#now();
      this.#listener.event(job, event);
    }
    if (status.kind === 'waiting') one.heardAt = this.#now();
    if (status.kind === 'ended') {
      this.#followed.delete(one);
      const isOurs = await giveUpTicket(job.folder, ticket);
      one.end(await this.#outcomeOf(one, status, isOurs));
    } else if (this.#now() - one.heardAt > this.#silenceMs && !one.hangs) {
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
        message: `The worker made no progress for ${minutes} minutes and was ended`,
        remedy: 'See its worker.log. A GPU that hangs may need a reset.',
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

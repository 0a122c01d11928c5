import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { exists, inLine } from '@bit-repro/artifacts';
import { runFiles, type Ticket } from '@bit-repro/runs';
import type { Job, JobStatus, Launcher, ClusterLauncherOptions } from '@bit-repro/launch';
import { stateInOutput } from './endings.ts';
import { JobArrays, outputOf } from './jobArrays.ts';
import { SlurmCommandError, SlurmCommands } from './slurmCommands.ts';
import { defaultMaxQueued, type SlurmOptions } from './slurmOptions.ts';
import { SlurmQueue } from './slurmQueue.ts';

export interface SlurmLauncherOptions extends ClusterLauncherOptions {
  options: SlurmOptions;
  /** The command of a worker, to which the run's folder is appended. */
  program?: readonly string[];
  waits?: Partial<Waits>;
}

/** Times in milliseconds. */
interface Waits {
  /** Waits while jobs are collected for an array. */
  gather: () => Promise<unknown>;
  /** Between looks at the runs' folders. */
  lookMs: number;
  /** Between queries of the controller. */
  askMs: number;
  /** For an answer from the controller. */
  answerMs: number;
}

const defaultWaits: Waits = {
  gather: () => setTimeout(1_000),
  lookMs: 5_000,
  askMs: 60_000,
  answerMs: 60_000,
};

/** The folder with the task lists of arrays and the output of their tasks. */
export const arraysFolder = (store: string): string => join(store, '.slurm');

/**
 * Runs jobs as tasks of Slurm job arrays. Their results are read from their folders. The controller is
 * queried once a minute, in one call for all jobs; if it does not answer, statuses stay as they are.
 */
export class SlurmLauncher implements Launcher {
  readonly name = 'slurm';
  readonly outlives = true;
  readonly slots: number;
  readonly pollEveryMs: number;
  readonly #print: (line: string) => void;
  readonly #commands: SlurmCommands;
  readonly #queue: SlurmQueue;
  readonly #arrays: JobArrays;
  /** Folders by ticket. */
  readonly #folders = new Map<string, string>();

  constructor({ options, store, environment, print, program, waits }: SlurmLauncherOptions) {
    const { askEvery, maxQueued = defaultMaxQueued } = options;
    const { gather, lookMs, askMs, answerMs } = {
      ...defaultWaits,
      ...(askEvery !== undefined && { askMs: 1000 * askEvery }),
      ...waits,
    };
    const folder = arraysFolder(store);
    this.slots = maxQueued;
    this.pollEveryMs = lookMs;
    this.#print = print;
    this.#commands = new SlurmCommands(answerMs);
    this.#queue = new SlurmQueue({
      commands: this.#commands,
      askEveryMs: askMs,
      print,
      stateOnRecord: (key) => stateOnRecord(outputOf(folder, key)),
    });
    this.#arrays = new JobArrays({
      options,
      folder,
      environment,
      commands: this.#commands,
      queue: this.#queue,
      print,
      gather,
      isFinished: (job) => isFinished(job.folder),
      ...(program && { program }),
    });
  }

  async submit(job: Job, signal: AbortSignal): Promise<Ticket> {
    const ticket = await this.#arrays.send(job, signal);
    this.#folders.set(ticket.job, job.folder);
    return ticket;
  }

  async attach({ job: key }: Ticket, { folder }: Job): Promise<boolean> {
    // If the controller does not answer, the task may exist, so it must not be started again.
    if ((await this.#queue.taskOf(key)) === 'gone') return false;
    this.#queue.follow(key);
    this.#arrays.begun(key);
    this.#folders.set(key, folder);
    return true;
  }

  async poll(tickets: readonly Ticket[]): Promise<JobStatus[]> {
    const finished = await Promise.all(tickets.map(({ job }) => isFinished(this.#folders.get(job)!)));
    const open = tickets.flatMap(({ job }, index) => (finished[index] ? [] : [job]));
    const news = await this.#queue.statusesOf(open);
    const statuses = tickets.map(({ job }, index): JobStatus =>
      finished[index] ? { kind: 'ended' } : (news.get(job) ?? { kind: 'waiting' }),
    );
    const ended = tickets.filter((_, index) => statuses[index]!.kind === 'ended');
    for (const { job } of ended) {
      this.#arrays.ended(job);
      this.#folders.delete(job);
    }
    // A failed task may still be in the queue, waiting for something that never comes.
    await this.cancel(
      tickets.filter((_, index) => isHopeless(statuses[index]!)),
      true,
    );
    return statuses;
  }

  async cancel(tickets: readonly Ticket[], now: boolean): Promise<void> {
    if (tickets.length === 0) return;
    try {
      await this.#commands.scancel(await this.#queue.idsOf(tickets.map(({ job }) => job)), now);
    } catch (error) {
      if (!(error instanceof SlurmCommandError)) throw error;
      this.#print(`warning  jobs may still be running: ${inLine(error.message)}`);
    }
  }
}

const isHopeless = (status: JobStatus): boolean => status.kind === 'ended' && status.failed !== undefined;

/** Whether a run's folder already says how it ended, whatever the queue says. */
const isFinished = async (folder: string): Promise<boolean> =>
  (await exists(join(folder, runFiles.seal))) || exists(join(folder, runFiles.error));

const stateOnRecord = async (file: string): Promise<string | undefined> =>
  stateInOutput(await readFile(file, 'utf8').catch(() => ''));

import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';
import { OutsideError, writeFileAtomic, inLine, counted, workspaceRoot } from '@bit-repro/artifacts';
import type { EngineEnvironment } from '@bit-repro/engine';
import { removeTicket, writeTicket, type Ticket } from '@bit-repro/runs';
import type { Job } from '@bit-repro/launch';
import { SlurmCommandError, taskKey, type SlurmCommands } from './slurmCommands.ts';
import { resourcesFor, type SlurmOptions } from './slurmOptions.ts';
import type { SlurmQueue } from './slurmQueue.ts';

export interface JobArraysOptions {
  options: SlurmOptions;
  /** Holds the task lists and the output of tasks, on a file system shared with the nodes. */
  folder: string;
  /** Environment variables that the engine needs in a worker. */
  environment: EngineEnvironment;
  /** The command of a worker, to which the run's folder is appended. */
  program?: readonly string[];
  commands: SlurmCommands;
  queue: SlurmQueue;
  print: (line: string) => void;
  /** Waits a while; an array is submitted once no further job has arrived meanwhile. */
  gather: () => Promise<unknown>;
  /** Whether a job's folder says how it ended. */
  isFinished: (job: Job) => Promise<boolean>;
}

interface Waiting {
  job: Job;
  signal: AbortSignal;
  accept: (ticket: Ticket) => void;
  reject: (reason: unknown) => void;
}

const jobScript = fileURLToPath(new URL('job.sh', import.meta.url));
const harness = [
  process.execPath,
  '--expose-gc',
  join(workspaceRoot, 'apps/harness/bin/harness.cjs'),
  'worker',
];
const defaultNoticeSeconds = 120;
/** Number of files written concurrently. */
const atOnce = 32;

const ticketOf = (key: string): Ticket => ({ launcher: 'slurm', job: key, outlives: true });

/** The file with the output of a task. */
export const outputOf = (folder: string, key: string): string => join(folder, `${key}.out`);

/**
 * Collects jobs and submits them to Slurm as arrays, one for each set of resources. Before an array is
 * submitted, the ticket of each task is written into its run's folder. A task that finds another ticket there
 * does nothing, so even if the answer or this process is lost, no run is started twice.
 */
export class JobArrays {
  readonly #given: JobArraysOptions;
  #waiting: Waiting[] = [];
  #isGathering = false;
  /** Submitted tasks that are not known to have ended. */
  readonly #open = new Set<string>();

  constructor(given: JobArraysOptions) {
    this.#given = given;
  }

  /**
   * Submits a job together with others. @throws OutsideError if Slurm refuses it; the signal's reason if it
   * is aborted.
   */
  send(job: Job, signal: AbortSignal): Promise<Ticket> {
    return new Promise((accept, reject) => {
      this.#waiting.push({ job, signal, accept, reject });
      if (!this.#isGathering) void this.#gather();
    });
  }

  /** Counts a task as submitted. */
  begun(key: string): void {
    this.#open.add(key);
  }

  /** Counts a task as ended. */
  ended(key: string): void {
    this.#open.delete(key);
  }

  async #gather(): Promise<void> {
    this.#isGathering = true;
    while (this.#waiting.length > 0) {
      const before = this.#waiting.length;
      await this.#given.gather();
      if (this.#waiting.length > before) continue;
      for (const { reject, signal } of this.#waiting.filter(isGivenUp)) reject(signal.reason);
      this.#waiting = this.#waiting.filter((one) => !isGivenUp(one));
      await this.#sendAll(this.#waiting.splice(0, this.#room()));
    }
    this.#isGathering = false;
  }

  /**
   * How many tasks may be submitted now. Slurm applies `maxParallel` to each array, so a further array must
   * fit beside the tasks already submitted.
   */
  #room(): number {
    const { maxParallel } = this.#given.options;
    return maxParallel === undefined || this.#open.size === 0
      ? Infinity
      : Math.max(0, maxParallel - this.#open.size);
  }

  async #sendAll(all: readonly Waiting[]): Promise<void> {
    const { options } = this.#given;
    const { maxParallel } = options;
    const groups = new Map<string, Waiting[]>();
    for (const one of all) {
      const { architecture, saveWeights, checkpointEvery } = one.job;
      const key = JSON.stringify([resourcesFor(options, architecture), saveWeights, checkpointEvery]);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    for (const group of groups.values()) {
      const share = maxParallel && Math.max(1, Math.floor((maxParallel * group.length) / all.length));
      await this.#sendGroup(group, share).catch((error: unknown) => {
        for (const { reject } of group) reject(error);
      });
    }
  }

  /** Submits a group, repeatedly until Slurm has all of it. */
  async #sendGroup(group: readonly Waiting[], share: number | undefined): Promise<void> {
    const { queue, isFinished, print } = this.#given;
    for (let left = group; left.length > 0;) {
      const name = `bit-repro-${randomUUID()}`;
      await this.#claim(name, left);
      const array = await this.#handOver(name, left, share);
      if (array !== undefined) {
        const number = array.id === undefined ? '' : `, as array ${array.id}`;
        print(`sent     ${counted(left.length, 'run')} to Slurm${number}`);
      }
      // A task that is in no queue may already have finished.
      const isTaken = await Promise.all(left.map(async ({ job }) => array !== undefined || isFinished(job)));
      left.forEach(({ accept }, index) => {
        if (isTaken[index] === false) return;
        const key = taskKey(name, index);
        queue.follow(key, array?.id && `${array.id}_${index}`);
        this.#open.add(key);
        accept(ticketOf(key));
      });
      left = left.filter((_, index) => isTaken[index] === false);
    }
  }

  async #claim(name: string, group: readonly Waiting[]): Promise<void> {
    const writing = new PQueue({ concurrency: atOnce });
    await writing.addAll(
      group.map(
        ({ job }, index) =>
          () =>
            writeTicket(job.folder, ticketOf(taskKey(name, index))),
      ),
    );
  }

  /**
   * Submits an array once. If the answer is lost, its name is looked up in the queue.
   *
   * @returns its ID, if known; undefined if Slurm does not have it.
   */
  async #handOver(
    name: string,
    group: readonly Waiting[],
    share: number | undefined,
  ): Promise<{ id?: string } | undefined> {
    const { folder, environment, commands, queue, print } = this.#given;
    const [{ job, signal }] = group as [Waiting];
    await mkdir(folder, { recursive: true });
    const list = join(folder, `${name}.list`);
    await writeFileAtomic(list, `${group.map((one) => one.job.folder).join('\n')}\n`);
    try {
      const id = await commands.sbatch({
        options: this.#optionsOf(name, job),
        script: [jobScript, list, ...this.#scriptOf(job)],
        count: group.length,
        ...(share !== undefined && { atOnce: share }),
        environment,
      });
      return { id };
    } catch (error) {
      if (!(error instanceof SlurmCommandError)) throw error;
      if (error.isRefusal) {
        await Promise.all(group.map((one) => removeTicket(one.job.folder)));
        throw new OutsideError(
          `Slurm refused ${counted(group.length, 'job')}: ${error.message}`,
          'Correct `slurm` in the config (partition, account, gres, time, mem), or lower `slurm.maxQueued`.',
          { cause: error },
        );
      }
      print(`warning  no answer from sbatch: ${inLine(error.message)}`);
      return (await queue.hasArray(name, group.length, signal)) ? {} : undefined;
    }
  }

  #optionsOf(name: string, { architecture }: Job): string[] {
    const { options, folder } = this.#given;
    const { exclusive, cpusPerTask, ...values } = resourcesFor(options, architecture);
    return [
      `--job-name=${name}`,
      `--signal=B:USR1@${options.notice ?? defaultNoticeSeconds}`,
      '--requeue',
      `--chdir=${workspaceRoot}`,
      `--output=${outputOf(folder, taskKey(name, '%a'))}`,
      ...Object.entries(values).map(([key, value]) => `--${key}=${value}`),
      ...(cpusPerTask === undefined ? [] : [`--cpus-per-task=${cpusPerTask}`]),
      ...(exclusive === true ? ['--exclusive'] : []),
    ];
  }

  #scriptOf({ saveWeights, checkpointEvery }: Job): string[] {
    const { options, program = harness } = this.#given;
    return [
      options.preamble ?? '',
      ...program,
      ...(saveWeights ? ['--save-weights'] : []),
      `--checkpoint-every=${checkpointEvery}`,
    ];
  }
}

const isGivenUp = ({ signal }: Waiting): boolean => signal.aborted;

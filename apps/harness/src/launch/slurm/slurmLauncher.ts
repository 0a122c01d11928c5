import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exists, writeFileAtomic } from '@bit-repro/artifacts';
import {
  defaultMaxParallel,
  resourcesFor,
  type SlurmOptions,
  type SlurmResources,
} from '../../config/index.ts';
import { HarnessError } from '../../errors.ts';
import { runFiles } from '../../store/records.ts';
import type { Ticket } from '../../store/ticket.ts';
import { workspaceRoot } from '../../workspace.ts';
import type { Job, Launcher, Standing } from '../launcher.ts';
import { SlurmQueue } from './slurmQueue.ts';
import { sbatch, scancel, SlurmCommandError } from './slurmCommands.ts';

export interface SlurmLauncherOptions {
  options: SlurmOptions;
  /** The run store, on a file system that the nodes share. */
  store: string;
  /** What the engine wants in the environment of a worker. */
  environment: Record<string, string>;
  print: (line: string) => void;
  /** The command of a worker; the run's folder follows it. */
  program?: readonly string[];
  /** How long to wait: for more jobs for an array, between looks at folders, between questions to the controller. */
  waits?: Partial<Waits>;
}

interface Waits {
  gatherMs: number;
  lookMs: number;
  askMs: number;
}

const defaultWaits: Waits = { gatherMs: 1_000, lookMs: 5_000, askMs: 60_000 };

const jobScript = fileURLToPath(new URL('job.sh', import.meta.url));
const harness = [
  process.execPath,
  '--expose-gc',
  join(workspaceRoot, 'apps/harness/bin/harness.js'),
  'worker',
];
const defaultNoticeSeconds = 120;
/** Slurm's own default for the most tasks of an array. */
const mostTasks = 1000;

interface Waiting {
  job: Job;
  signal: AbortSignal;
  accept: (ticket: Ticket) => void;
  reject: (reason: unknown) => void;
}

/**
 * Carries jobs out as tasks of Slurm job arrays. What a task computed is read in its folder; the controller is asked once a
 * minute, in one call however many there are, and what it cannot answer is taken for no news.
 */
export class SlurmLauncher implements Launcher {
  readonly name = 'slurm';
  readonly outlives = true;
  readonly slots: number;
  readonly pollEveryMs: number;
  readonly #given: SlurmLauncherOptions;
  readonly #waits: Waits;
  readonly #queue: SlurmQueue;
  #waiting: Waiting[] = [];
  /** Folders by ticket. */
  readonly #folders = new Map<string, string>();

  constructor(given: SlurmLauncherOptions) {
    this.#given = given;
    const { askEvery } = given.options;
    this.#waits = {
      ...defaultWaits,
      ...(askEvery !== undefined && { askMs: 1000 * askEvery }),
      ...given.waits,
    };
    this.slots = given.options.maxParallel ?? defaultMaxParallel;
    this.pollEveryMs = this.#waits.lookMs;
    this.#queue = new SlurmQueue(this.#waits.askMs, given.print);
  }

  submit(job: Job, signal: AbortSignal): Promise<Ticket> {
    return new Promise((accept, reject) => {
      this.#waiting.push({ job, signal, accept, reject });
      if (this.#waiting.length === 1)
        void setTimeout(this.#waits.gatherMs).then(() => this.#submitGathered());
    });
  }

  async attach({ job: id }: Ticket, { folder }: Job): Promise<boolean> {
    // Where the controller does not answer, the task may well be there: then it must not be begun again.
    const task = await this.#queue.taskOf(id);
    if (task === 'gone') return false;
    this.#folders.set(id, folder);
    return true;
  }

  async poll(tickets: readonly Ticket[]): Promise<Standing[]> {
    const finished = await Promise.all(tickets.map(({ job }) => this.#isFinished(job)));
    const open = tickets.flatMap(({ job }, index) => (finished[index] ? [] : [job]));
    const standings = await this.#queue.standingsOf(open);
    const hopeless = tickets.filter(({ job }) => {
      const standing = standings.get(job);
      return standing?.kind === 'ended' && standing.failed !== undefined;
    });
    await this.cancel(hopeless, true);
    return tickets.map(({ job }, index): Standing =>
      finished[index] ? { kind: 'ended' } : (standings.get(job) ?? { kind: 'waiting' }),
    );
  }

  async cancel(tickets: readonly Ticket[], now: boolean): Promise<void> {
    if (tickets.length === 0) return;
    try {
      await scancel(
        tickets.map(({ job }) => job),
        now,
      );
    } catch (error) {
      if (!(error instanceof SlurmCommandError)) throw error;
      this.#given.print(`warning  jobs may go on: ${error.message}`);
    }
  }

  /** Whether a task's folder already says how it ended, whatever the queue says. */
  async #isFinished(id: string): Promise<boolean> {
    const folder = this.#folders.get(id);
    if (folder === undefined) return false;
    return (await exists(join(folder, runFiles.result))) || exists(join(folder, runFiles.error));
  }

  async #submitGathered(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const groups = new Map<string, Waiting[]>();
    for (const one of waiting) {
      const { architecture, saveWeights, checkpointEvery } = one.job;
      const key = JSON.stringify([
        resourcesFor(this.#given.options, architecture),
        saveWeights,
        checkpointEvery,
      ]);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    for (const group of groups.values()) {
      for (let from = 0; from < group.length; from += mostTasks) {
        await this.#submitArray(group.slice(from, from + mostTasks));
      }
    }
  }

  async #submitArray(all: readonly Waiting[]): Promise<void> {
    const group = all.filter(({ signal, reject }) => {
      if (signal.aborted) reject(signal.reason);
      return !signal.aborted;
    });
    const [first] = group;
    if (first === undefined) return;
    try {
      const name = `bit-repro-${randomUUID()}`;
      const folder = join(this.#given.store, '.slurm');
      await mkdir(folder, { recursive: true });
      const list = join(folder, `${name}.list`);
      await writeFileAtomic(list, `${group.map(({ job }) => job.folder).join('\n')}\n`);
      const id = await this.#handOver(name, list, first, group);
      group.forEach(({ job, accept }, index) => {
        const task = `${id}_${index}`;
        this.#folders.set(task, job.folder);
        accept({ launcher: this.name, job: task, outlives: this.outlives });
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** Submits an array. Where the answer is lost, the queue tells by the name whether it is there. */
  async #handOver(
    name: string,
    list: string,
    { job, signal }: Waiting,
    group: readonly Waiting[],
  ): Promise<string> {
    const count = group.length;
    const { options, store, environment, program = harness, print } = this.#given;
    const { architecture, saveWeights, checkpointEvery } = job;
    const worker = [
      ...program,
      ...(saveWeights ? ['--save-weights'] : []),
      `--checkpoint-every=${checkpointEvery}`,
    ];
    const sbatchOptions = [
      `--job-name=${name}`,
      `--signal=B:USR1@${options.notice ?? defaultNoticeSeconds}`,
      '--requeue',
      `--chdir=${workspaceRoot}`,
      `--output=${join(store, '.slurm', '%A_%a.out')}`,
      ...optionsOf(resourcesFor(options, architecture)),
    ];
    const script = [jobScript, list, options.preamble ?? '', ...worker];
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sbatch(sbatchOptions, script, { count, environment });
      } catch (error) {
        if (!(error instanceof SlurmCommandError)) throw error;
        if (isRefusal(error)) {
          throw new HarnessError(
            `Expected Slurm to take ${count} jobs, found that it refuses them: ${error.message}`,
            'Correct `slurm` in the config: partition, account, gres, time and mem.',
            { cause: error },
          );
        }
        print(`warning  sbatch gave no answer (attempt ${attempt}): ${error.message}`);
        const known = await this.#queue.arrayNamed(name, signal);
        if (known !== undefined) return known;
        // All of its tasks may have ended by now; under a name that the queue does not know, their folders tell how.
        if (await anyBegan(group)) return name;
      }
    }
  }
}

/** Whether a worker has written into one of these folders, which were empty. */
async function anyBegan(group: readonly Waiting[]): Promise<boolean> {
  for (const { job } of group) {
    for (const name of [runFiles.heartbeat, runFiles.result, runFiles.error, runFiles.log]) {
      if (await exists(join(job.folder, name))) return true;
    }
  }
  return false;
}

/** A wrong request, which no second attempt makes right. */
const isRefusal = ({ message }: SlurmCommandError): boolean =>
  /invalid|not permitted|unrecognized|no such|ENOENT|specification|violates/i.test(message);

function optionsOf(resources: SlurmResources): string[] {
  const { exclusive, cpusPerTask, ...values } = resources;
  return [
    ...Object.entries(values).map(([key, value]) => `--${key}=${value}`),
    ...(cpusPerTask === undefined ? [] : [`--cpus-per-task=${cpusPerTask}`]),
    ...(exclusive === true ? ['--exclusive'] : []),
  ];
}

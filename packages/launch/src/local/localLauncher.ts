import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { engineEnvironment, type Flavour } from '@bit-repro/engine';
import { runFiles, writeTicket, type Ticket, workerFailureSchema, type WorkerFailure } from '@bit-repro/runs';
import { workspaceRoot, inTime, nameOfRun } from '@bit-repro/artifacts';
import type { Job, Launcher, JobStatus } from '../supervision/launcher.ts';
import type { Slot } from '../forecast/resources.ts';
import { Slots, type Waiting } from './slots.ts';
import { isWorkerOf } from './workerProcess.ts';

/** The program that runs a worker; tests replace it. */
interface WorkerProgram {
  file: string;
  arguments: readonly string[];
}

export interface LocalLauncherOptions {
  flavour: Flavour;
  slots: readonly Slot[];
  /** Processor threads per worker. */
  threads?: number;
  print: (line: string) => void;
  program?: WorkerProgram;
  /** Folder of the slots' locks. Default: {@link slotFolder}. */
  slotFolder?: string;
}

const harness: WorkerProgram = {
  file: process.execPath,
  arguments: ['--expose-gc', join(workspaceRoot, 'apps/harness/bin/harness.cjs'), 'worker'],
};

interface Child {
  slot: Slot;
  kill: (signal: NodeJS.Signals) => void;
  said?: WorkerFailure;
  ended?: { lost?: string };
}

/** Runs jobs on this machine, each in its own process, one at a time per slot. */
export class LocalLauncher implements Launcher {
  readonly name = 'local';
  readonly slots: number;
  readonly outlives = false;
  readonly pollEveryMs = 200;
  readonly #options: LocalLauncherOptions;
  readonly #slots: Slots;
  /** By ticket. */
  readonly #children = new Map<string, Child>();
  /** Folders of jobs that other processes started, by ticket. */
  readonly #attached = new Map<string, string>();

  constructor(options: LocalLauncherOptions) {
    this.#options = options;
    this.slots = options.slots.length;
    const onLost = ({ gpu }: Slot): void => {
      options.print(`lost     GPU ${gpu!.index} (${gpu!.name}): nvidia-smi no longer lists it`);
    };
    this.#slots = new Slots(options.slots, onLost, options.slotFolder);
  }

  async submit(job: Job, signal: AbortSignal): Promise<Ticket> {
    const { print } = this.#options;
    const slot = await this.#slots.take(signal, (waiting) => {
      print(`waits    ${nameOfRun(job.id, job.arm)}: ${describeWaiting(waiting)}`);
    });
    const { flavour, threads, program = harness } = this.#options;
    // The worker gets its own descriptor, so that its log continues if this process ends.
    const log = openSync(join(job.folder, runFiles.log), 'a');
    const worker = spawn(
      program.file,
      [
        ...program.arguments,
        ...(job.saveWeights ? ['--save-weights'] : []),
        `--checkpoint-every=${job.checkpointEvery}`,
        job.folder,
      ],
      {
        env: {
          ...process.env,
          ...engineEnvironment(
            { flavour },
            { ...(slot.gpu && { gpu: slot.gpu.uuid }), ...(threads !== undefined && { threads }) },
          ),
        },
        // The IPC channel lets the worker notice when this process ends.
        stdio: ['ignore', 'ignore', log, 'ipc'],
        // A terminal sends Ctrl-C to its whole process group; only the launcher may signal workers.
        detached: true,
      },
    );
    closeSync(log);
    const key = `${hostname()}:${worker.pid ?? 'none'}`;
    const child: Child = { slot, kill: (kind) => void worker.kill(kind) };
    this.#children.set(key, child);
    const end = async (lost: string | undefined): Promise<void> => {
      await this.#slots.check();
      const isGone = !this.#slots.has(slot);
      const why = isGone ? 'The worker’s GPU is gone' : lost;
      child.ended = why === undefined ? {} : { lost: why };
    };
    worker.on('message', (message) => {
      const said = workerFailureSchema.safeParse(message);
      if (said.success) child.said = said.data;
    });
    worker.once('error', ({ message }) => void end(`The worker could not be started: ${message}`));
    worker.once('exit', (code, killedBy) => void end(code === 0 ? undefined : describeSignal(killedBy)));
    const ticket: Ticket = { launcher: this.name, job: key, outlives: this.outlives };
    try {
      await writeTicket(job.folder, ticket);
    } catch (error) {
      child.kill('SIGKILL');
      this.#children.delete(key);
      this.#slots.give(slot);
      throw error;
    }
    return ticket;
  }

  async attach({ job: key }: Ticket, job: Job): Promise<boolean> {
    const isThere = await this.#isThere(key, job.folder);
    if (isThere) this.#attached.set(key, job.folder);
    return isThere;
  }

  poll(tickets: readonly Ticket[]): Promise<JobStatus[]> {
    return Promise.all(
      tickets.map(async ({ job: key }): Promise<JobStatus> => {
        const child = this.#children.get(key);
        if (child !== undefined) return this.#statusOf(key, child);
        const folder = this.#attached.get(key);
        return folder !== undefined && (await this.#isThere(key, folder))
          ? { kind: 'running' }
          : { kind: 'ended' };
      }),
    );
  }

  /** Frees the slot of a job that has ended. */
  #statusOf(key: string, { slot, said, ended }: Child): JobStatus {
    if (ended === undefined) return { kind: 'running' };
    this.#children.delete(key);
    this.#slots.give(slot);
    return { kind: 'ended', ...(said && { said }), ...ended };
  }

  async cancel(tickets: readonly Ticket[], now: boolean): Promise<void> {
    const signal = now ? 'SIGKILL' : 'SIGTERM';
    for (const { job: key } of tickets) {
      this.#children.get(key)?.kill(signal);
      const folder = this.#attached.get(key);
      if (folder !== undefined && (await this.#isThere(key, folder))) signalIfThere(pidOf(key)!, signal);
    }
  }

  async #isThere(key: string, folder: string): Promise<boolean> {
    const pid = pidOf(key);
    return pid !== undefined && isWorkerOf(pid, folder);
  }
}

function describeWaiting({ owner, slot, folder, forMs }: Waiting): string {
  const what = slot.startsWith('gpu-') ? slot.slice('gpu-'.length) : 'the processor';
  const who =
    owner === undefined
      ? `others are waiting for ${what} ahead of it`
      : `process ${owner.pid} is using ${what}`;
  return `${who} (lock in ${folder}); waiting for ${inTime(forMs / 1000)}`;
}

/** The process ID in a ticket; undefined if the ticket is from another machine. */
function pidOf(key: string): number | undefined {
  const [, host, pid] = /^(.*):(\d+)$/.exec(key) ?? [];
  return host === hostname() ? Number(pid) : undefined;
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Why a worker that was killed by a signal ended; undefined if it exited by itself. */
function describeSignal(signal: NodeJS.Signals | null): string | undefined {
  if (signal === 'SIGKILL') return 'The worker was killed, as the system does when memory runs out';
  return signal === null ? undefined : `The worker was ended by ${signal}`;
}

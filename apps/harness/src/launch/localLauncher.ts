import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import PQueue from 'p-queue';
import { engineEnvironment, type Gpu, type Installation } from '@bit-repro/engine';
import { runFiles } from '../store/records.ts';
import { workspaceRoot } from '../workspace.ts';
import type { WorkerMessage } from '../worker/events.ts';
import type { Job, JobListener, JobOutcome, Launcher } from './launcher.ts';

/** What runs a worker; tests put a program of their own here. */
export interface WorkerProgram {
  file: string;
  arguments: readonly string[];
}

/**
 * A worker that says nothing for so long hangs. Between two words lie at most a micro-batch, or the reading of the weights.
 */
const longestSilenceMs = 30 * 60_000;

const harness: WorkerProgram = {
  file: process.execPath,
  arguments: ['--expose-gc', join(workspaceRoot, 'apps/harness/bin/harness.js'), 'worker'],
};

/**
 * Carries jobs out on this machine, each in a process of its own: one at a time per GPU, or one at a time on the
 * processor, whose cores TensorFlow uses all.
 */
export class LocalLauncher implements Launcher {
  readonly slots: number;
  readonly #queue: PQueue;
  readonly #free: (Gpu | undefined)[];
  readonly #installation: Pick<Installation, 'flavour'>;
  readonly #program: WorkerProgram;
  readonly #silenceMs: number;
  readonly #running = new Set<AbortController>();
  #stopping = false;

  constructor(
    installation: Pick<Installation, 'flavour'>,
    gpus: readonly Gpu[],
    { program = harness, silenceMs = longestSilenceMs }: { program?: WorkerProgram; silenceMs?: number } = {},
  ) {
    this.#silenceMs = silenceMs;
    this.#installation = installation;
    this.#program = program;
    this.#free = installation.flavour === 'cuda' ? [...gpus] : [undefined];
    this.slots = this.#free.length;
    this.#queue = new PQueue({ concurrency: this.slots });
  }

  submit(job: Job, listener: JobListener): Promise<JobOutcome> {
    return this.#queue.add(async () => {
      if (this.#stopping) return { kind: 'stopped' };
      const gpu = this.#free.pop();
      listener.started(job);
      try {
        const outcome = await this.#work(job, gpu, listener);
        listener.ended(job, outcome);
        return outcome;
      } finally {
        this.#free.push(gpu);
      }
    });
  }

  cancel(now: boolean): void {
    this.#stopping = true;
    for (const worker of this.#running) worker.abort(now ? 'SIGKILL' : 'SIGTERM');
  }

  async #work(job: Job, gpu: Gpu | undefined, listener: JobListener): Promise<JobOutcome> {
    const signals = new AbortController();
    const worker = execa(
      this.#program.file,
      [...this.#program.arguments, ...(job.saveWeights ? ['--save-weights'] : []), job.folder],
      {
        env: engineEnvironment(this.#installation, gpu === undefined ? {} : { gpu: gpu.uuid }),
        ipc: true,
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'pipe',
        buffer: false,
        reject: false,
        cleanup: true,
        // A terminal sends Ctrl-C to every process of its group; the workers are told by the launcher alone.
        detached: true,
      },
    );
    const log = createWriteStream(join(job.folder, runFiles.log));
    worker.stderr.pipe(log);
    const kill = (): void => {
      worker.kill(signals.signal.reason as NodeJS.Signals);
    };
    signals.signal.addEventListener('abort', kill);
    this.#running.add(signals);
    let failure: JobOutcome | undefined;
    // A timer does not depend on what the machine's clock is set to.
    const watchdog = setTimeout(() => {
      failure = silentFor(this.#silenceMs);
      worker.kill('SIGKILL');
    }, this.#silenceMs);
    worker.on('message', (message) => {
      watchdog.refresh();
      const told = message as WorkerMessage;
      if (told.kind === 'failed') failure = told;
      else listener.event(job, told);
    });
    const result = await worker;
    clearTimeout(watchdog);
    this.#running.delete(signals);
    if (result.exitCode === 0) return { kind: 'done' };
    if (this.#stopping) return { kind: 'stopped' };
    return (
      failure ?? {
        kind: 'failed',
        message: describeExit(result),
        remedy: `See ${join(job.folder, runFiles.log)}.`,
        transient: true,
      }
    );
  }
}

const silentFor = (milliseconds: number): JobOutcome => ({
  kind: 'failed',
  message: `The worker said nothing for ${milliseconds / 60_000} minutes and was ended`,
  remedy: 'See its worker.log; a GPU that hangs may need a reset.',
  transient: true,
});

function describeExit({ exitCode, signal }: { exitCode?: number; signal?: string }): string {
  if (signal === 'SIGKILL') return 'The worker was killed; the system does so when memory runs out';
  return `The worker ended with ${signal ?? `exit code ${exitCode ?? 'unknown'}`} and no word`;
}

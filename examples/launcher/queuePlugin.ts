import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { counted, fine, OutsideError, workspaceRoot } from '@bit-repro/artifacts';
import type { ClusterLauncherOptions, Job, JobStatus, Launcher, LauncherPlugin } from '@bit-repro/launch';
import { deviceName, giveUpTicket, runFiles, writeTicket, type Ticket } from '@bit-repro/runs';
import { execa } from 'execa';
import { z } from 'zod';

const schema = z
  .strictObject({
    threads: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'Cores of a job. Default: 1.', examples: [4] }),
  })
  .meta({ description: 'How `--launcher queue` sends runs.', examples: [{ threads: 4 }] });

/** Sends runs to a queue with three commands: `queue add NAME LOG COMMAND...`, `queue list`, `queue remove NAME`. */
export const queuePlugin: LauncherPlugin = {
  name: 'queue',
  title: 'the queue',
  section: { key: 'queue', schema },
  clusterFor({ launchers }) {
    const { threads = 1 } = schema.parse(launchers.queue ?? {});
    return {
      machine: { name: 'the queue', gpus: [] },
      profileFor: () => ({
        engine: { flavour: 'cpu' },
        gpus: [],
        // Part of every run's key. Here the nodes have the processor of this machine.
        deviceOf: () => deviceName(undefined),
        placement: { slots: [], threads },
        resources: { cores: threads, workers: 1, freeBytes: Infinity },
        parallelism: 'as many jobs at a time as the queue begins',
      }),
      create: (options) => new QueueLauncher(options),
    };
  },
  async require() {
    await queued();
  },
  cancel: removeAll,
  leftovers: () => Promise.resolve({ files: [], of: 'ended jobs' }),
  examine: () =>
    queued().then(
      (names) => [fine('Queue', counted(names.size, 'job'))],
      () => [fine('Queue', 'none')],
    ),
};

class QueueLauncher implements Launcher {
  readonly name = 'queue';
  readonly slots = 1000;
  readonly outlives = true;
  readonly pollEveryMs = 1000;
  readonly #environment: ClusterLauncherOptions['environment'];

  constructor({ environment }: ClusterLauncherOptions) {
    this.#environment = environment;
  }

  async submit(job: Job): Promise<Ticket> {
    const ticket = { launcher: this.name, job: `bit-repro-${randomUUID()}`, outlives: this.outlives };
    // Before the job can begin, so that no other process begins it, too.
    await writeTicket(job.folder, ticket);
    try {
      await queue('add', ticket.job, join(job.folder, runFiles.log), ...this.#command(job));
    } catch (error) {
      await giveUpTicket(job.folder, ticket);
      throw error;
    }
    return ticket;
  }

  attach = async ({ job }: Ticket): Promise<boolean> => (await queued()).has(job);

  /** What the queue cannot answer is no news: those jobs wait. */
  async poll(tickets: readonly Ticket[]): Promise<JobStatus[]> {
    const names = await queued().catch(() => undefined);
    return tickets.map(({ job }) => {
      if (names === undefined) return { kind: 'waiting' };
      return { kind: names.has(job) ? 'running' : 'ended' };
    });
  }

  async cancel(tickets: readonly Ticket[]): Promise<void> {
    await removeAll(tickets);
  }

  #command({ folder, saveWeights, checkpointEvery }: Job): string[] {
    const environment = Object.entries(this.#environment).flatMap(([name, value]) =>
      value === undefined ? ['-u', name] : [`${name}=${value}`],
    );
    return [
      ...['env', ...environment],
      ...[process.execPath, '--expose-gc', join(workspaceRoot, 'apps/harness/bin/harness.cjs'), 'worker'],
      ...(saveWeights ? ['--save-weights'] : []),
      ...[`--checkpoint-every=${checkpointEvery}`, folder],
    ];
  }
}

async function removeAll(tickets: readonly Ticket[]): Promise<number> {
  const names = await queued();
  const there = tickets.filter(({ job }) => names.has(job));
  for (const { job } of there) await queue('remove', job);
  return there.length;
}

/** The names of the jobs that wait or run. */
const queued = async (): Promise<Set<string>> => new Set((await queue('list')).match(/\S+/g));

async function queue(...line: string[]): Promise<string> {
  const {
    failed,
    stdout,
    shortMessage = '',
  } = await execa('queue', line, { stdin: 'ignore', reject: false });
  if (!failed) return stdout;
  throw new OutsideError(
    `Expected an answer to \`queue ${line[0]!}\`, found: ${shortMessage}`,
    'Run this where the command `queue` answers.',
  );
}

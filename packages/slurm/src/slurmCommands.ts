import { execa, type ExecaError } from 'execa';
import { OutsideError } from '@bit-repro/artifacts';
import type { EngineEnvironment } from '@bit-repro/engine';
import type { ClusterCommand } from '@bit-repro/launch';
import { clusterOption, requireOneCluster, slurmEnvironment } from './slurmEnvironment.ts';

/** A task in the queue. */
export interface QueuedTask {
  /** Slurm's ID: ARRAY_INDEX. */
  id: string;
  /** Slurm's name for it: PENDING, RUNNING, TIMEOUT ... */
  state: string;
  /** Why it waits; `None` if it does not. */
  reason: string;
}

/** An array to submit. */
export interface ArrayRequest {
  options: readonly string[];
  /** A file and its arguments. */
  script: readonly string[];
  /** Number of tasks. */
  count: number;
  /** Number of tasks at a time. Default: as many as Slurm starts. */
  atOnce?: number;
  environment: EngineEnvironment;
}

/** A Slurm command that failed or did not answer in time. */
export class SlurmCommandError extends OutsideError {
  /** Whether Slurm processed the request and rejected it, so that repeating it is pointless. */
  readonly isRefusal: boolean;

  constructor(message: string, isRefusal: boolean, options?: ErrorOptions) {
    super(
      message,
      isRefusal
        ? 'Correct what Slurm reports, then run the same command again.'
        : 'Run the same command again when the controller answers; `npx harness doctor` shows whether it does.',
      options,
    );
    this.isRefusal = isRefusal;
  }
}

const defaultAnswerWithinMs = 60_000;
/** Keeps the command line far below the limit of any system. */
const idsPerCall = 1000;

/**
 * Matches the errors of commands that could not reach the controller, or that it could not serve at the
 * moment. Any other error is a refusal.
 */
const noAnswer =
  /contact|communication|connect|timed? ?out|temporarily|zero bytes|message (receive|send) failure|unexpected message|standby|authentication|munge|writing/i;

/** How the user asked for Slurm, and what works without it. */
const withoutSlurm: Record<ClusterCommand, { asked: string; instead: string }> = {
  run: { asked: '--launcher slurm', instead: 'without the option, runs stay on this machine' },
  attach: { asked: 'attach', instead: '`harness run` follows the runs of this machine' },
  cancel: { asked: 'cancel', instead: 'the runs were submitted from there' },
};

/**
 * @throws OutsideError if Slurm's commands are not installed; InputError if the environment names several
 * clusters.
 */
export async function requireSlurm(command: ClusterCommand): Promise<void> {
  const { failed } = await execa('sbatch', ['--version'], { stdin: 'ignore', reject: false });
  if (!failed) {
    requireOneCluster();
    return;
  }
  const { asked, instead } = withoutSlurm[command];
  throw new OutsideError(
    `\`${asked}\` needs Slurm, but there is no sbatch on the PATH`,
    `Run this on a machine that can submit jobs, such as the cluster’s login node; ${instead}.`,
  );
}

/** The unique name of a task: the name of its array and its index. */
export const taskKey = (array: string, index: number | string): string => `${array}_${index}`;

/** Runs Slurm's commands, without a shell. All methods throw SlurmCommandError. */
export class SlurmCommands {
  readonly #answerWithinMs: number;

  constructor(answerWithinMs = defaultAnswerWithinMs) {
    this.#answerWithinMs = answerWithinMs;
  }

  /** Submits an array and returns its ID. */
  async sbatch({ options, script, count, atOnce, environment }: ArrayRequest): Promise<string> {
    const limit = atOnce === undefined ? '' : `%${atOnce}`;
    const array = `--array=0-${count - 1}${limit}`;
    const answer = await this.#ask('sbatch', ['--parsable', array, ...options, ...script], environment);
    // The cluster's name may follow the ID, and a site's own messages may precede it.
    const id = /^\d+(?=;|$)/.exec(linesOf(answer).at(-1) ?? '')?.[0];
    if (id !== undefined) return id;
    throw new SlurmCommandError(`Expected a job ID from sbatch, found ${JSON.stringify(answer)}`, false);
  }

  /** This user's tasks in the queue, by key. */
  async squeue(): Promise<Map<string, QueuedTask>> {
    const answer = await this.#ask('squeue', [
      '--noheader',
      '--array',
      `--user=${process.getuid!()}`,
      '--format=%i|%T|%j|%r',
    ]);
    return new Map(
      linesOf(answer).map((line) => {
        const [id = '', state = '', name = '', reason = ''] = line.split('|');
        return [taskKey(name, id.split('_')[1] ?? ''), { id, state, reason }];
      }),
    );
  }

  /** The states, by ID, of tasks that have left the queue. Those unknown to the accounting are left out. */
  async sacct(ids: readonly string[]): Promise<Map<string, string>> {
    const states = new Map<string, string>();
    for (const some of portionsOf(ids)) {
      const answer = await this.#ask('sacct', [
        '--allocations',
        '--noheader',
        '--parsable2',
        '--array',
        '--format=JobID,State',
        `--jobs=${some.join(',')}`,
      ]);
      for (const line of linesOf(answer)) {
        const [id = '', state = ''] = line.split('|');
        states.set(id, state.split(' ')[0]!);
      }
    }
    return states;
  }

  /** Cancels tasks by ID: with SIGTERM and time to stop, or with SIGKILL. */
  async scancel(ids: readonly string[], now: boolean): Promise<void> {
    for (const some of portionsOf(ids)) {
      await this.#ask('scancel', [...(now ? ['--signal=KILL', '--full'] : []), ...some]);
    }
  }

  async #ask(
    command: string,
    options: readonly string[],
    environment: EngineEnvironment = {},
  ): Promise<string> {
    try {
      const { stdout } = await execa(command, [...clusterOption(), ...options], {
        timeout: this.#answerWithinMs,
        stdin: 'ignore',
        env: { ...slurmEnvironment(), ...environment },
      });
      return stdout;
    } catch (cause) {
      throw explained(command, cause as CommandFailure);
    }
  }
}

function explained(command: string, cause: CommandFailure): SlurmCommandError {
  const { shortMessage, stderr = '', isTerminated, timedOut } = cause;
  const said = stderr.trim().split('\n').at(-1)!;
  const isRefusal = !timedOut && !isTerminated && !noAnswer.test(said);
  return new SlurmCommandError(said === '' ? shortMessage : `${command}: ${said}`, isRefusal, { cause });
}

/** `stderr` is undefined if the command could not be started. */
type CommandFailure = Omit<ExecaError, 'stderr'> & { stderr?: string };

const linesOf = (answer: string): string[] => answer.split('\n').filter((line) => line !== '');

function* portionsOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += idsPerCall) yield ids.slice(from, from + idsPerCall);
}

import { execa, type ExecaError } from 'execa';
import { OutsideError } from '@bit-repro/artifacts';
import type { EngineEnvironment } from '@bit-repro/engine';
import type { ClusterCommand } from '@bit-repro/launch';
import { clusterOption, requireOneCluster, slurmEnvironment } from './slurmEnvironment.ts';

/** A task as the queue has it. */
export interface QueuedTask {
  /** Slurm's own: ARRAY_INDEX. */
  id: string;
  /** Slurm's word: PENDING, RUNNING, TIMEOUT ... */
  state: string;
  /** Why it waits; `None` where it does not. */
  reason: string;
}

/** An array to hand over. */
export interface ArrayRequest {
  options: readonly string[];
  /** A file, and its arguments. */
  script: readonly string[];
  /** How many tasks it has. */
  count: number;
  /** How many of them may run at a time. Default: as many as Slurm likes. */
  atOnce?: number;
  environment: EngineEnvironment;
}

/** A command of Slurm that failed, or gave no answer in time. */
export class SlurmCommandError extends OutsideError {
  /** Whether Slurm took note and said no: asking the same again is of no use. */
  readonly isRefusal: boolean;

  constructor(message: string, isRefusal: boolean, options?: ErrorOptions) {
    super(
      message,
      isRefusal
        ? 'Correct what Slurm complains of, then give the same command again.'
        : 'Give the same command again when the controller answers; `npx harness doctor` tells.',
      options,
    );
    this.isRefusal = isRefusal;
  }
}

const defaultAnswerWithinMs = 60_000;
/** Ids in one call: far below the longest command line of any system. */
const idsPerCall = 1000;

/**
 * What Slurm's commands say when they could not ask, or the controller could not do as asked at the moment. Anything else that
 * they say as they fail is the controller's no.
 */
const noAnswer =
  /contact|communication|connect|timed? ?out|temporarily|zero bytes|message (receive|send) failure|unexpected message|standby|authentication|munge|writing/i;

/** How the user asked for Slurm, and what does without. */
const withoutSlurm: Record<ClusterCommand, { asked: string; instead: string }> = {
  run: { asked: '--launcher slurm', instead: 'without the option, runs stay on this machine' },
  attach: { asked: 'attach', instead: '`harness run` follows the runs of this machine' },
  cancel: { asked: 'cancel', instead: 'the runs were sent from there' },
};

/** @throws OutsideError where Slurm's commands are not at hand, or the environment names several clusters. */
export async function requireSlurm(command: ClusterCommand): Promise<void> {
  const { failed } = await execa('sbatch', ['--version'], { stdin: 'ignore', reject: false });
  if (!failed) {
    requireOneCluster();
    return;
  }
  const { asked, instead } = withoutSlurm[command];
  throw new OutsideError(
    `Expected the commands of Slurm for \`${asked}\`, found no sbatch on the PATH`,
    `Run this where jobs of the cluster are sent from, such as its login node; ${instead}.`,
  );
}

/** A task's name wherever it is told of: that of its array, which no other array has, and its place in that. */
export const taskKey = (array: string, index: number | string): string => `${array}_${index}`;

/** The commands of Slurm. No shell sees an argument. All throw SlurmCommandError. */
export class SlurmCommands {
  readonly #answerWithinMs: number;

  constructor(answerWithinMs = defaultAnswerWithinMs) {
    this.#answerWithinMs = answerWithinMs;
  }

  /** Hands an array over and returns its id. */
  async sbatch({ options, script, count, atOnce, environment }: ArrayRequest): Promise<string> {
    const limit = atOnce === undefined ? '' : `%${atOnce}`;
    const array = `--array=0-${count - 1}${limit}`;
    const answer = await this.#ask('sbatch', ['--parsable', array, ...options, ...script], environment);
    // Behind the id stands the cluster, where one was named; before it what a site has sbatch say.
    const id = /^\d+(?=;|$)/.exec(linesOf(answer).at(-1) ?? '')?.[0];
    if (id !== undefined) return id;
    throw new SlurmCommandError(
      `Expected the id of a job from sbatch, found ${JSON.stringify(answer)}`,
      false,
    );
  }

  /** This user's tasks in the queue, by their keys. */
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

  /** The states, by id, of tasks that have left the queue; nothing of those that the accounting does not know. */
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

  /** Ends tasks by their ids: with SIGTERM and some time, or at once. */
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

/** Without standard error where the command could not be started at all. */
type CommandFailure = Omit<ExecaError, 'stderr'> & { stderr?: string };

const linesOf = (answer: string): string[] => answer.split('\n').filter((line) => line !== '');

function* portionsOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += idsPerCall) yield ids.slice(from, from + idsPerCall);
}

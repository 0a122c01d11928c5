import { userInfo } from 'node:os';
import { execa } from 'execa';
import { HarnessError } from '../../errors.ts';

/** A task as the queue or the accounting has it. */
export interface SlurmTask {
  /** Slurm's word: PENDING, RUNNING, TIMEOUT ... */
  state: string;
  /** Why it waits; empty where it does not, or where only the accounting knows it. */
  reason: string;
}

/** A command of Slurm that failed, or gave no answer in time. */
export class SlurmCommandError extends Error {
  override readonly name = 'SlurmCommandError';
}

const answerWithinMs = 60_000;
/** Ids in one call: far below the longest command line of any system. */
const idsPerCall = 1000;

/** @throws HarnessError where Slurm's commands are not at hand. */
export async function requireSlurm(): Promise<void> {
  const { failed } = await execa('sbatch', ['--version'], { stdin: 'ignore', reject: false });
  if (!failed) return;
  throw new HarnessError(
    'Expected the commands of Slurm for `--launcher slurm`, found no sbatch on the PATH',
    'Run this where jobs of the cluster are sent from, such as its login node; without the option, runs go on this machine.',
  );
}

/** Hands an array of `count` tasks over and returns its id. No shell sees an argument. @throws SlurmCommandError */
export async function sbatch(
  options: readonly string[],
  script: readonly string[],
  { count, environment }: { count: number; environment: Record<string, string> },
): Promise<string> {
  const array = `--array=0-${count - 1}`;
  const answer = await slurm('sbatch', ['--parsable', array, ...options, ...script], environment);
  const [id = ''] = answer.trim().split(';');
  if (/^\d+$/.test(id)) return id;
  throw new SlurmCommandError(`Expected the id of a job from sbatch, found ${JSON.stringify(answer)}`);
}

/** This user's tasks in the queue, by id (`ARRAY_TASK`), with the name of their job. @throws SlurmCommandError */
export async function squeue(): Promise<Map<string, SlurmTask & { name: string }>> {
  const { username } = userInfo();
  const answer = await slurm('squeue', [
    '--noheader',
    '--array',
    `--user=${username}`,
    '--format=%i|%T|%j|%r',
  ]);
  return new Map(
    linesOf(answer).map((line) => {
      const [id = '', state = '', name = '', reason = ''] = line.split('|');
      return [id, { state, name, reason }];
    }),
  );
}

/** What the accounting says of tasks that have left the queue; nothing of those it does not know. @throws SlurmCommandError */
export async function sacct(ids: readonly string[]): Promise<Map<string, SlurmTask>> {
  const tasks = new Map<string, SlurmTask>();
  for (let from = 0; from < ids.length; from += idsPerCall) {
    const some = ids.slice(from, from + idsPerCall);
    const answer = await slurm('sacct', [
      '--allocations',
      '--noheader',
      '--parsable2',
      '--array',
      '--format=JobID,State',
      `--jobs=${some.join(',')}`,
    ]);
    for (const line of linesOf(answer)) {
      const [id = '', state = ''] = line.split('|');
      tasks.set(id, { state: state.split(' ')[0]!, reason: '' });
    }
  }
  return tasks;
}

/** Ends tasks: with SIGTERM and some time, or at once. @throws SlurmCommandError */
export async function scancel(ids: readonly string[], now: boolean): Promise<void> {
  for (let from = 0; from < ids.length; from += idsPerCall) {
    await slurm('scancel', [
      ...(now ? ['--signal=KILL', '--full'] : []),
      ...ids.slice(from, from + idsPerCall),
    ]);
  }
}

const linesOf = (answer: string): string[] => answer.split('\n').filter((line) => line !== '');

async function slurm(
  command: string,
  options: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  try {
    const { stdout } = await execa(command, options, {
      timeout: answerWithinMs,
      stdin: 'ignore',
      env: environment,
    });
    return stdout;
  } catch (cause) {
    const { shortMessage, stderr = '' } = cause as { shortMessage?: string; stderr?: string };
    const said = stderr.trim().split('\n').at(-1) ?? '';
    throw new SlurmCommandError(said === '' ? (shortMessage ?? String(cause)) : `${command}: ${said}`, {
      cause,
    });
  }
}

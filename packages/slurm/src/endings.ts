import type { JobStatus } from '@bit-repro/launch';

type Ended = Extract<JobStatus, { kind: 'ended' }>;

/** States after which another attempt is pointless. */
const failures: Record<string, NonNullable<Ended['failed']>> = {
  OUT_OF_MEMORY: {
    message: 'Slurm ended the job because it used more memory than it asked for',
    remedy: 'Raise `slurm.mem` for its architecture.',
  },
  CANCELLED: {
    message: 'The job was cancelled',
    remedy: 'If that was a mistake, run the same command again: the run continues from its checkpoint.',
  },
};

/** States that say nothing about the run itself. */
const losses: Record<string, string> = {
  TIMEOUT: 'The job reached its time limit before it saved a checkpoint',
  NODE_FAIL: 'The job’s node failed',
  PREEMPTED: 'Slurm gave the job’s node to another job',
  BOOT_FAIL: 'The job’s node did not start',
  DEADLINE: 'The job’s deadline passed',
  FAILED: 'The worker exited without a result or an error',
  COMPLETED: 'The worker exited without a result or an error',
};

/** What the final state of a task without a result means for its run. */
export function endOf(state = ''): Ended {
  const failed = failures[state];
  return failed !== undefined
    ? { kind: 'ended', failed }
    : { kind: 'ended', lost: losses[state] ?? 'The job left the queue for an unknown reason' };
}

const lastWords: [RegExp, string][] = [
  [/oom[-_ ]?kill|exceeded (job|step) memory limit/i, 'OUT_OF_MEMORY'],
  [/CANCELLED AT \S+ DUE TO TIME LIMIT/, 'TIMEOUT'],
  [/CANCELLED AT \S+ DUE TO PREEMPTION/, 'PREEMPTED'],
  [/CANCELLED AT \S+ DUE TO NODE FAIL/, 'NODE_FAIL'],
  [/CANCELLED AT \S+ \*\*\*/, 'CANCELLED'],
];

/**
 * The final state of a task, from what Slurm wrote into its output. Clusters without accounting report it
 * nowhere else.
 */
export const stateInOutput = (output: string): string | undefined =>
  lastWords.find(([pattern]) => pattern.test(output))?.[1];

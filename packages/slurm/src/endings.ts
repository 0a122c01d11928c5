import type { JobStatus } from '@bit-repro/launch';

type Ended = Extract<JobStatus, { kind: 'ended' }>;

/** Ends that no other attempt mends. */
const failures: Record<string, NonNullable<Ended['failed']>> = {
  OUT_OF_MEMORY: {
    message: 'Slurm ended it: it took more memory than it asked for',
    remedy: 'Raise `slurm.mem` for its architecture.',
  },
  CANCELLED: {
    message: 'It was cancelled',
    remedy: 'If that was a mistake, give the same command again: it goes on from its checkpoint.',
  },
};

/** Ends that say nothing of the run. */
const losses: Record<string, string> = {
  TIMEOUT: 'Its time was over before it left a checkpoint',
  NODE_FAIL: 'Its node failed',
  PREEMPTED: 'Slurm took its node for another job',
  BOOT_FAIL: 'Its node did not start',
  DEADLINE: 'Its deadline passed',
  FAILED: 'The worker exited without a result or an error',
  COMPLETED: 'The worker exited without a result or an error',
};

/** What the end of a task that left no result means for its run, by Slurm's word for it, where there is one. */
export function endOf(state = ''): Ended {
  const failed = failures[state];
  return failed !== undefined
    ? { kind: 'ended', failed }
    : { kind: 'ended', lost: losses[state] ?? 'It left the queue with no word' };
}

const lastWords: [RegExp, string][] = [
  [/oom[-_ ]?kill|exceeded (job|step) memory limit/i, 'OUT_OF_MEMORY'],
  [/CANCELLED AT \S+ DUE TO TIME LIMIT/, 'TIMEOUT'],
  [/CANCELLED AT \S+ DUE TO PREEMPTION/, 'PREEMPTED'],
  [/CANCELLED AT \S+ DUE TO NODE FAIL/, 'NODE_FAIL'],
  [/CANCELLED AT \S+ \*\*\*/, 'CANCELLED'],
];

/** Slurm's word for the end of a task by what it wrote into the task's output; clusters without accounting tell it nowhere else. */
export const stateInOutput = (output: string): string | undefined =>
  lastWords.find(([pattern]) => pattern.test(output))?.[1];

import { join } from 'node:path';
import { isLocked } from '@bit-repro/artifacts';

/** The lock file of a worker. */
export const workerLockName = 'worker.lock';

/**
 * The path that a worker locks while it writes to its run's folder, by `worker.lock` there. The process that
 * starts workers holds another lock, beside the folder; but workers may outlive it and be on another machine.
 */
export const workerLockOf = (folder: string): string =>
  join(folder, workerLockName.slice(0, -'.lock'.length));

/** Whether a process manages a folder's run or works on it. */
export const isHeld = async (folder: string): Promise<boolean> =>
  (await isLocked(folder)) || isLocked(workerLockOf(folder));

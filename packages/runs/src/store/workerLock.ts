import { join } from 'node:path';
import { isLocked } from '@bit-repro/artifacts';

/** The lock file of a worker. */
export const workerLockName = 'worker.lock';

/**
 * The path under whose lock, `worker.lock` in the run's folder, its worker writes there. Whoever sends workers holds another
 * lock, beside the folder; but workers may outlive that process, and be on another machine.
 */
export const workerLockOf = (folder: string): string =>
  join(folder, workerLockName.slice(0, -'.lock'.length));

/** Whether a process sees to the run of a folder, or works on it. */
export const isHeld = async (folder: string): Promise<boolean> =>
  (await isLocked(folder)) || isLocked(workerLockOf(folder));

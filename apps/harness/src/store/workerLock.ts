import { join } from 'node:path';

/** The lock file of a worker. */
export const workerLockName = 'worker.lock';

/**
 * The path under whose lock, `worker.lock` in the run's folder, its worker writes there. Whoever sends workers holds another
 * lock, beside the folder; but workers may outlive that process, and be on another machine.
 */
export const workerLockOf = (folder: string): string =>
  join(folder, workerLockName.slice(0, -'.lock'.length));

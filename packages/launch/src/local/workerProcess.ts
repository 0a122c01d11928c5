import { hostname } from 'node:os';
import { isLocked, lockOwner } from '@bit-repro/artifacts';
import { workerLockOf } from '@bit-repro/runs';

/**
 * Whether a process of this machine is the worker of a run's folder, that is, holds its worker lock. So a
 * later process with the ID of a worker that has ended is not mistaken for it.
 */
export async function isWorkerOf(pid: number, folder: string): Promise<boolean> {
  const owner = await lockOwner(workerLockOf(folder));
  return owner?.pid === pid && owner.host === hostname() && (await isLocked(workerLockOf(folder)));
}

import { hostname } from 'node:os';
import { isLocked, lockOwner } from '@bit-repro/artifacts';
import { workerLockOf } from '@bit-repro/runs';

/**
 * Whether a process of this machine is the worker of a run's folder: it holds the worker's lock there. A process that has an
 * ended worker's number by now does not, whatever its command line says.
 */
export async function isWorkerOf(pid: number, folder: string): Promise<boolean> {
  const owner = await lockOwner(workerLockOf(folder));
  return owner?.pid === pid && owner.host === hostname() && (await isLocked(workerLockOf(folder)));
}

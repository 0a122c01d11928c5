import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isLocked, lockOwner, tryWithLock, withLock } from '@bit-repro/artifacts';

const waiting = /^waiting-(\d+)\.lock$/;
const placeOf = (folder: string, number: number): string => join(folder, `waiting-${number}`);

/**
 * Waits in the queue of a folder while `work` runs. The queue is first come, first served across the
 * processes of this machine. A place is a lock, so it is released when its process ends.
 *
 * @param work is passed a function that resolves to whether this place is now the first.
 */
export async function inQueue<T>(
  folder: string,
  work: (isFirst: () => Promise<boolean>) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  // Numbers are assigned one at a time, and stay taken as long as their places.
  const { number, place } = await withLock(join(folder, 'numbers'), async () => {
    const last = Math.max(0, ...(await numbersIn(folder)));
    return { number: last + 1, ...(await hold(placeOf(folder, last + 1), left)) };
  });
  const isFirst = async (): Promise<boolean> => {
    for (const other of await numbersIn(folder)) {
      if (other >= number) continue;
      if (await isLocked(placeOf(folder, other))) return false;
      // Its process has ended. Taking its lock for a moment removes it.
      await tryWithLock(placeOf(folder, other), () => Promise.resolve());
    }
    return true;
  };
  try {
    return await work(isFirst);
  } finally {
    leave();
    // Losing the place only let somebody else go first.
    await place.catch(() => undefined);
  }
}

/** IDs of the processes waiting in the queue of a folder, first in line first. */
export async function waitingIn(folder: string): Promise<number[]> {
  const processes: number[] = [];
  for (const number of (await numbersIn(folder)).sort((one, other) => one - other)) {
    const place = placeOf(folder, number);
    const owner = (await isLocked(place)) ? await lockOwner(place) : undefined;
    if (owner !== undefined) processes.push(owner.pid);
  }
  return processes;
}

/**
 * Holds a lock until `end` resolves. Resolves once the lock is held; `place` resolves once it is released.
 */
function hold(path: string, end: Promise<void>): Promise<{ place: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const place = withLock(path, async () => {
      resolve({ place });
      await end;
    });
    place.catch(reject);
  });
}

const numbersIn = async (folder: string): Promise<number[]> =>
  (await readdir(folder)).flatMap((name) => {
    const number = waiting.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });

// @ts-check
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ beatEveryMs: number, beatsDigits: number }} */
const { beatEveryMs, beatsDigits } = workerData;

/** @type {Map<number, { file: string, token: string, beats: number }>} */
const held = new Map();

parentPort?.on('message', (/** @type {import('./signsOfLife.ts').Order} */ order) => {
  if (order.kind === 'end') held.delete(order.id);
  else held.set(order.id, { file: order.file, token: order.token, beats: 0 });
});

setInterval(() => {
  for (const [id, lock] of held) {
    if (beat(lock)) continue;
    held.delete(id);
    parentPort?.postMessage({ id });
  }
}, beatEveryMs);

/**
 * Raises the count in a lock file. False where it is gone, or another's.
 *
 * @param {{ file: string, token: string, beats: number }} lock
 */
function beat(lock) {
  lock.beats += 1;
  /** @type {number | undefined} */
  let descriptor;
  try {
    descriptor = openSync(lock.file, 'r+');
    const text = readFileSync(descriptor, 'utf8');
    if (!text.includes(lock.token)) return false;
    writeSync(descriptor, String(lock.beats).padStart(beatsDigits, '0'), text.indexOf('\n') + 1);
    return true;
  } catch (error) {
    // A disk in trouble: if it lasts, others take the lock over, and that is seen here later.
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    return code !== 'ENOENT' && code !== 'EISDIR';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

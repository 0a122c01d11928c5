import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { withLock } from '@bit-repro/artifacts';
import { workerLockOf } from '@bit-repro/runs';

/** Runs in its own process: holds a worker's lock for a while, then writes a seal. */
const [, , folder, milliseconds] = process.argv as [string, string, string, string];
await withLock(workerLockOf(folder), async () => {
  await setTimeout(Number(milliseconds));
  writeFileSync(join(folder, 'seal.json'), '{}');
});

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { withLock } from '@bit-repro/artifacts';
import { workerLockOf } from '@bit-repro/runs';

/** Runs in its own process: holds a worker's lock until there is a file `go`, then writes a seal. */
const [, , folder] = process.argv as [string, string, string];
await withLock(workerLockOf(folder), async () => {
  while (!existsSync(join(folder, 'go'))) await setTimeout(20);
  writeFileSync(join(folder, 'seal.json'), '{}');
});

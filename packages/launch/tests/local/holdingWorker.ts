import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '@bit-repro/artifacts';
import { until } from '@bit-repro/artifacts/testing';
import { workerLockOf } from '@bit-repro/runs';

/** Runs in its own process: holds a worker's lock until there is a file `go`, then writes a seal. */
const [, , folder] = process.argv as [string, string, string];
await withLock(workerLockOf(folder), async () => {
  await until(() => existsSync(join(folder, 'go')) || undefined);
  writeFileSync(join(folder, 'seal.json'), '{}');
});

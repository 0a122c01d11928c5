import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the tests of a package a temporary folder of their own, and removes it with all that they left there. */
export default function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'bit-repro-tests-'));
  // Some tests act as another user, who must be able to come in.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  // No proxy of the user's stands before the servers of tests.
  for (const name of ['no_proxy', 'NO_PROXY'])
    process.env[name] = [process.env[name], '127.0.0.1'].filter(Boolean).join();
  return () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

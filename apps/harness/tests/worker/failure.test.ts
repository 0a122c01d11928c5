import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runErrorSchema, runFiles } from '../../src/store/records.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { workspaceRoot } from '../../src/workspace.ts';

it('leaves why it failed without the folders of this machine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'worker-'));
  mkdirSync(join(folder, runFiles.spec));
  const signal = new AbortController().signal;
  const held = { requireHeld: (): void => undefined };
  const options = { saveWeights: false, checkpointEvery: 300 };
  await expect(runWorker(folder, signal, held, options)).rejects.toThrow();
  const text = readFileSync(join(folder, runFiles.error), 'utf8');
  expect(text).not.toContain(resolve(workspaceRoot));
  expect(runErrorSchema.parse(JSON.parse(text)).stack).toContain('./apps/harness/src/store/readFile.ts');
});

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { deviceName, runErrorSchema, runFiles, resultCode } from '@bit-repro/runs';
import { runWorker } from '../src/worker.ts';
import { workspaceRoot } from '@bit-repro/artifacts';
import { runSpec } from '@bit-repro/runs/testing';

const held = { requireHeld: (): void => undefined };
const options = { saveWeights: false, checkpointEvery: 300, log: () => undefined };

it('a worker refuses a precision that its device does not support', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'worker-'));
  const { engine, fineTune } = runSpec();
  const spec = runSpec({
    sources: (await resultCode()).digest,
    engine: { ...engine, device: deviceName(undefined) },
    fineTune: { ...fineTune, precision: 'tensorfloat32' },
  });
  writeFileSync(join(folder, runFiles.spec), JSON.stringify(spec));
  await expect(runWorker(folder, new AbortController().signal, held, options)).rejects.toThrow(
    'for `precision: tensorfloat32`, found only the processor',
  );
  const { remedy } = runErrorSchema.parse(JSON.parse(readFileSync(join(folder, runFiles.error), 'utf8')));
  expect(remedy).toContain('Write `precision: float32`');
});

it('a worker leaves the reason of its failure without private paths', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'worker-'));
  mkdirSync(join(folder, runFiles.spec));
  const signal = new AbortController().signal;
  await expect(runWorker(folder, signal, held, options)).rejects.toThrow();
  const text = readFileSync(join(folder, runFiles.error), 'utf8');
  expect(text).not.toContain(resolve(workspaceRoot));
  expect(runErrorSchema.parse(JSON.parse(text)).stack).toContain('./packages/runs/src/store/readFile.ts');
});

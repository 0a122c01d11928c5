import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runFiles, type RunSpec, type RunTiming } from '../src/store/records.ts';
import { runKey } from '../src/store/runKey.ts';
import { RunStore, toJson, writeResult } from '../src/store/runStore.ts';
import { plannedRun, record, runSpec, sampleLosses } from './sampleRuns.ts';

/** An empty store for one test. */
export function temporaryStore(): RunStore {
  const folder = mkdtempSync(join(tmpdir(), 'bit-repro-store-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return new RunStore(join(folder, 'runs'));
}

/** The specification of the sample run with another seed. */
export const seeded = (seed: number, change: Partial<RunSpec> = {}): RunSpec =>
  runSpec({ ...change, fineTune: { ...runSpec().fineTune, ...change.fineTune, seed } });

/**
 * Puts a finished run into the store and returns its folder. `top1` is in percent; `files` are additional
 * files by name; `change` is of its timing.
 */
export async function finish(
  store: RunStore,
  spec: RunSpec,
  top1 = 50,
  files: Record<string, string> = {},
  change: Partial<RunTiming> = {},
): Promise<string> {
  const { provenance, result, timing } = record(plannedRun(), top1);
  const folder = await store.open(spec, provenance, undefined);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  await writeResult(folder, { ...result, key: runKey(spec) }, { ...timing, ...change });
  return folder;
}

/** The events that match the result of a finished run. */
export function eventsOf(top1 = 50): string {
  const { final } = record(plannedRun(), top1).result;
  const lines = [
    ...sampleLosses.map((loss, index) => ({
      kind: 'step',
      step: index + 1,
      steps: 3,
      loss,
      learningRate: 0,
    })),
    { kind: 'evaluation', ...final },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Puts a run into the store that was only started. */
export const begin = (store: RunStore, spec: RunSpec): Promise<string> =>
  store.open(spec, record(plannedRun(), 50).provenance, undefined);

/** Makes a run look as if a process on another machine holds it. */
export const hold = (folder: string): void => {
  const owner = { token: 'theirs', host: 'elsewhere', pid: 7 };
  writeFileSync(`${folder}.lock`, `${JSON.stringify(owner)}\n000000000001\n`);
};

export const writeHeartbeat = (folder: string, at: Date, change: object = {}): void => {
  const beat = { pid: 7, host: 'here', startedAt: new Date(0).toISOString(), at: at.toISOString() };
  writeFileSync(
    join(folder, runFiles.heartbeat),
    toJson({ ...beat, step: 20, steps: 500, loss: 2.25, ...change }),
  );
};

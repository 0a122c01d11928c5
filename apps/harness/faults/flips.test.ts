import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCheckpoint } from '@bit-repro/trainer';
import { describe, expect, it } from 'vitest';
import { verifyReport } from '@bit-repro/report';
import { readRecord, readSpec } from '@bit-repro/runs';
import { Experiment } from './experiment.ts';
import { drawBelow, isWhole, sampled } from './sample.ts';
import { scenarios, stopped, undisturbed } from './scenarios.ts';

/**
 * Flips per file in the sample. In a complete run, every byte is flipped, and as many bytes of tensors as
 * take some minutes.
 */
const flips = 30;
const flipsOfTensors = isWhole ? 3000 : flips;
/** Enough to see where they are. */
const mostMissed = 20;

/** The standard error of a worker is for people; nothing depends on it. */
const harmless = ['worker.log'];

const finished = Experiment.copyOf(await undisturbed(scenarios.runWithAll));
const [run] = finished.folders();
const interrupted = Experiment.copyOf(await stopped());
const [stoppedRun] = interrupted.folders();
const namesIn = (folder: string): string[] => readdirSync(folder).filter((name) => !harmless.includes(name));

describe(`a bit flipped in a file of a finished run (${sampled})`, () => {
  it.each(namesIn(run!))('%s: `harness verify` or `harness show` detects it', async (name) => {
    const page = join(finished.reports, 'accidents/report.html');
    const isTold = (): Promise<boolean> =>
      readRecord(run!)
        .then(() => verifyReport(page, finished.runs))
        .then(
          () => false,
          () => true,
        );
    expect(await isTold(), 'without a flip').toBe(false);
    expect(await whereNot(isTold, join(run!, name))).toEqual([]);
  });
});

describe(`a bit flipped in a file of a checkpoint (${sampled})`, () => {
  it.each(namesIn(stoppedRun!).filter((name) => name.startsWith('checkpoint')))(
    '%s: the checkpoint is refused, with a remedy',
    async (name) => {
      const { fineTune } = await readSpec(stoppedRun!);
      const isRefused = (): Promise<boolean> =>
        readCheckpoint(stoppedRun!, fineTune).then(
          () => false,
          (error: unknown) => typeof (error as { remedy?: unknown }).remedy === 'string',
        );
      expect(await isRefused(), 'without a flip').toBe(false);
      expect(await whereNot(isRefused, join(stoppedRun!, name))).toEqual([]);
    },
  );
});

/** The bytes of a file in which a flipped bit is not detected, with their context. */
async function whereNot(isFound: () => Promise<boolean>, file: string): Promise<string[]> {
  const bytes = readFileSync(file);
  const missed: string[] = [];
  for (const offset of offsetsIn(file, bytes.length)) {
    const altered = Uint8Array.from(bytes);
    altered[offset]! ^= 1 << drawBelow(8);
    writeFileSync(file, altered);
    const around = JSON.stringify(bytes.subarray(Math.max(0, offset - 20), offset + 20).toString('latin1'));
    if (!(await isFound())) missed.push(`byte ${offset}, in ${around}`);
    if (missed.length === mostMissed) break;
  }
  writeFileSync(file, bytes);
  return missed;
}

function offsetsIn(file: string, length: number): number[] {
  const count = file.endsWith('.npz') ? flipsOfTensors : isWhole ? length : flips;
  if (count >= length) return Array.from({ length }, (_, offset) => offset);
  return Array.from({ length: count }, () => drawBelow(length));
}

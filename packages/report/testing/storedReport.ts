import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePredictions, learningRate, lossesDigest } from '@bit-repro/trainer';
import { readExtras } from '../src/runExtras.ts';
import { reportFiles } from '../src/reportFiles.ts';
import type { Surroundings } from '../src/surroundings.ts';
import { type Verification, verifyReport } from '../src/verifyReport.ts';
import { writeReport } from '../src/writeReport.ts';
import { runFiles, sha256Of, toJson, writeResult } from '@bit-repro/runs';
import {
  likeThePaper,
  madeUpInput,
  madeUpLabelsOf,
  madeUpMistakes,
  madeUpPredictions,
  type MadeUpHits,
} from './sample.ts';

export interface StoredReport {
  /** A store of the runs that the report is of. */
  runs: string;
  /** Its page; its other files are beside it. */
  report: string;
  ids: string[];
}

/** Made-up training images, and code of no commit. */
export const madeUpSurroundings: Surroundings = {
  labelsOf: madeUpLabelsOf,
  commit: () => Promise.resolve(undefined),
};

/** Verifies a report of made-up runs, whose subsets are of made-up training images. */
export const verifyMadeUp = ({ report, runs }: Omit<StoredReport, 'ids'>): Promise<Verification> =>
  verifyReport(report, runs, madeUpSurroundings);

/** Stores made-up runs of an experiment, by default Figure 6, in `folder`, and writes their report. */
export async function storeReport(
  folder: string,
  hits: MadeUpHits = likeThePaper,
  [config, profile]: readonly [config: string, profile: string] = ['fig6', 'paper'],
): Promise<StoredReport> {
  const input = await madeUpInput(config, profile, hits);
  const records = [];
  for (const record of input.records) {
    const runFolder = join(folder, 'runs', record.id);
    await mkdir(runFolder, { recursive: true });
    await writeFile(join(runFolder, runFiles.spec), toJson(record.spec));
    await writeFile(join(runFolder, runFiles.provenance), toJson(record.provenance));
    const { schedule, baseLr } = record.spec.fineTune;
    const losses = Float64Array.from({ length: schedule.at(-1)! }, (_, step) => 2.25 / (1 + step));
    const predictions = await encodePredictions(madeUpPredictions(record));
    await writeFile(join(runFolder, runFiles.predictions), predictions);
    await writeFile(join(runFolder, runFiles.mistakes), madeUpMistakes);
    const result = {
      ...record.result,
      lossesSha256: lossesDigest(losses),
      predictionsSha256: sha256Of(predictions),
    };
    const events = [
      ...Array.from(losses, (loss, step) => ({
        kind: 'step',
        step: step + 1,
        steps: losses.length,
        loss,
        learningRate: learningRate(step, schedule, baseLr),
      })),
      { kind: 'evaluation', ...result.final },
    ];
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    await writeFile(join(runFolder, runFiles.events), lines);
    const { resultSha256: _, ...timing } = record.timing;
    await writeResult(runFolder, result, timing);
    records.push({ ...record, result, folder: runFolder });
  }
  const report = join(folder, 'reports', config);
  await writeReport({ ...input, records, extras: await readExtras(records) }, report);
  return {
    runs: join(folder, 'runs'),
    report: join(report, reportFiles.html),
    ids: records.map(({ id }) => id),
  };
}

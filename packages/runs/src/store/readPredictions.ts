import { InputError } from '@bit-repro/artifacts';
import type { Predictions } from '@bit-repro/metrics';
import { decodePredictions } from '@bit-repro/trainer';
import { RunFileError } from './errors.ts';
import { readRunFile } from './readFile.ts';
import { runFiles, type RunResult } from './records.ts';
import { sha256Of } from './seal.ts';

/**
 * What a finished run made of each test image; undefined if its result names no predictions, as those of earlier versions.
 *
 * @throws RunFileError `damaged` if the file is missing, not the one that the result names, or no predictions; `unreadable` if
 * it cannot be read.
 */
export async function readPredictions(
  folder: string,
  { predictionsSha256 }: RunResult,
): Promise<Predictions | undefined> {
  if (predictionsSha256 === undefined) return undefined;
  const name = runFiles.predictions;
  const bytes = await readRunFile(folder, name);
  const found = sha256Of(bytes);
  if (found !== predictionsSha256) {
    throw new RunFileError(
      'damaged',
      `${name} was altered: ${runFiles.result} names sha256 ${predictionsSha256}, found ${found}`,
    );
  }
  return decodePredictions(bytes).catch((cause: unknown) => {
    if (!(cause instanceof InputError)) throw cause;
    throw new RunFileError('damaged', `${name} is damaged: ${cause.message}`, { cause });
  });
}

import type { Shots } from '@bit-repro/data';
import { isAtShots } from '../shots.ts';
import type { PublishedSource } from './targetSchema.ts';

type Result = PublishedSource['results'][number];

/** The data set of a result by its name: its own, or that of all results of its source. */
export const datasetOf = (result: Result, source: PublishedSource): string =>
  result.dataset ?? source.dataset;

/** What a source published of a network on a data set, at a number of shots. */
export const resultAt = (
  source: PublishedSource,
  { model, dataset, shots }: { model: string; dataset: string; shots: Shots },
): Result | undefined =>
  source.results.find(
    (result) =>
      result.model === model && datasetOf(result, source) === dataset && isAtShots(result.shots, shots),
  );

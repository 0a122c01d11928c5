import type { Shots } from '@bit-repro/data';
import type { Summary } from '@bit-repro/metrics';
import { sourcesOf, type PublishedSource, type Target, isAtShots } from '@bit-repro/experiment';

/** What others published of one network at one number of shots; accuracies in percent. */
export interface PublishedResult {
  /** One of the target's, and its title. */
  source: string;
  title: string;
  model: string;
  shots: Shots;
  /** Single runs, in the order of the source; `readingError` in points, where one was read less exactly than the rest. */
  runs: { top1: number; seed?: number; readingError?: number }[];
  /** What the source itself gives for all its runs. */
  headline: { reducer: 'median' | 'mean'; top1: number };
  /** The least and the greatest run as the source itself gives them. */
  range?: { min: number; max: number };
  /** In points, where the headline was read off a figure. */
  readingError?: number;
}

/** The same beside our runs. */
export interface SummarisedResult extends PublishedResult {
  /** Of the runs, by the reducers that also summarise ours; absent without runs. */
  summary?: Summary;
}

/** What was published of these networks at these numbers of shots, the claims before what others got. */
export const publishedResults = (
  target: Target,
  models: readonly string[],
  shots: readonly Shots[],
): PublishedResult[] =>
  shots.flatMap((count) =>
    models.flatMap((model) => sourcesOf(target).flatMap((source) => resultOf(source, model, count))),
  );

/** What a source published of a network at a number of shots. */
export const publishedResult = (
  target: Target,
  source: string,
  model: string,
  shots: Shots,
): PublishedResult | undefined =>
  publishedResults(target, [model], [shots]).find((result) => result.source === source);

function resultOf(
  { source, title, statistic, results }: PublishedSource,
  model: string,
  shots: Shots,
): PublishedResult[] {
  const found = results.find((result) => result.model === model && isAtShots(result.shots, shots));
  if (found === undefined) return [];
  const { value, readingError, range, runs = [] } = found;
  return [
    {
      source,
      title,
      model,
      shots,
      runs: runs.map(({ value: top1, ...rest }) => ({ top1, ...rest })),
      headline: { reducer: statistic, top1: value },
      ...(range !== undefined && { range: { min: range[0], max: range[1] } }),
      ...(readingError !== undefined && { readingError }),
    },
  ];
}

import type { Summary } from '@bit-repro/metrics';
import { resultAt, sourcesOf, type PublishedSource, type Target } from '@bit-repro/experiment';
import type { Task } from './task.ts';

/** What others published of one network at one task; accuracies in percent. */
export interface PublishedResult extends Task {
  /** One of the target's, and its title. */
  source: string;
  title: string;
  model: string;
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

/** What was published of these networks at these tasks, the claims before what others got. */
export const publishedResults = (
  target: Target,
  models: readonly string[],
  tasks: readonly Task[],
): PublishedResult[] =>
  tasks.flatMap((task) =>
    models.flatMap((model) => sourcesOf(target).flatMap((source) => resultOf(source, model, task))),
  );

/** What a source published of a network at a task. */
export const publishedResult = (
  target: Target,
  source: string,
  model: string,
  task: Task,
): PublishedResult | undefined =>
  publishedResults(target, [model], [task]).find((result) => result.source === source);

function resultOf(published: PublishedSource, model: string, { dataset, shots }: Task): PublishedResult[] {
  const found = resultAt(published, { model, dataset, shots });
  if (found === undefined) return [];
  const { source, title, statistic } = published;
  const { value, readingError, range, runs = [] } = found;
  return [
    {
      source,
      title,
      model,
      dataset,
      shots,
      runs: runs.map(({ value: top1, ...rest }) => ({ top1, ...rest })),
      headline: { reducer: statistic, top1: value },
      ...(range !== undefined && { range: { min: range[0], max: range[1] } }),
      ...(readingError !== undefined && { readingError }),
    },
  ];
}

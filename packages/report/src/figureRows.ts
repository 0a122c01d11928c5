import { datasetOf, isAtShots, sourcesOf, type PublishedSource, type Target } from '@bit-repro/experiment';
import { placeInFigure } from './network.ts';
import type { ReportData } from './reportData.ts';
import type { ReportedGroup } from './reportedRuns.ts';
import type { Task } from './task.ts';

/** What a mark of the figure stands for. */
export type MarkKind =
  | 'claim'
  | 'claimed run'
  /** Read less exactly than the rest. */
  | 'claimed rough run'
  | 'other run'
  | 'other value'
  | 'run'
  | 'median'
  | 'mean';

/** One mark of the figure. */
export interface FigureRow extends Task {
  kind: MarkKind;
  /** The series of a claim, the source of another's result, or our arm. */
  series: string;
  /** Column within a panel. */
  column: string;
  /** In percent. */
  top1: number;
  /** Of one of our runs. */
  seed?: number;
  /** In words, for a reader who points at the mark. */
  label: string;
}

/** In the places of the published figure: all its claims at the report's tasks, and what others got of its networks. */
export const publishedRows = (data: Pick<ReportData, 'tasks' | 'published'>, target: Target): FigureRow[] =>
  sourcesOf(target).flatMap((source) => rowsOf(source, target, data));

function rowsOf(
  source: PublishedSource,
  target: Target,
  data: Pick<ReportData, 'tasks' | 'published'>,
): FigureRow[] {
  const isClaim = source === target.claims;
  const { label, statistic, results } = source;
  return results.flatMap((result): FigureRow[] => {
    const { model, value, runs = [] } = result;
    const place = placeInFigure(model, target);
    const task = data.tasks.find(
      ({ dataset, shots }) => dataset === datasetOf(result, source) && isAtShots(result.shots, shots),
    );
    if (place === undefined || task === undefined) return [];
    if (!isClaim && !data.published.some((result) => result.model === model)) return [];
    const common = { series: isClaim ? place.series : source.source, ...task, column: place.x };
    return [
      {
        ...common,
        kind: isClaim ? 'claim' : 'other value',
        top1: value,
        label: `${label}, ${model}: ${statistic} ${value} %`,
      },
      ...runs.map((run): FigureRow => ({
        ...common,
        kind: isClaim ? (run.readingError === undefined ? 'claimed run' : 'claimed rough run') : 'other run',
        top1: run.value,
        label: `${label}, ${model}: ${run.seed === undefined ? 'one run' : `seed ${run.seed}`}, ${run.value} %`,
      })),
    ];
  });
}

/** Our own marks. */
export function ownRows({ groups, target }: Pick<ReportData, 'groups' | 'target'>): FigureRow[] {
  return groups.flatMap((group): FigureRow[] => {
    const { arm, network, dataset, shots, runs, summary } = group;
    const common = { series: arm, dataset, shots, column: columnOf(group, target) };
    return [
      ...runs.map(({ id, seed, top1 }): FigureRow => ({
        ...common,
        kind: 'run',
        top1,
        seed,
        label: `${network}, seed ${seed}: ${top1.toFixed(2)} % (run ${id})`,
      })),
      ...(summary === undefined
        ? []
        : (['median', 'mean'] as const).map((kind): FigureRow => ({
            ...common,
            kind,
            top1: summary[kind],
            label: `${network}: ${kind} ${summary[kind].toFixed(2)} % of ${summary.n} runs`,
          }))),
    ];
  });
}

/** The column of the same network in the published figure; any other network stands in a column of its own. */
export const columnOf = (
  { claimedModel, network }: Pick<ReportedGroup, 'claimedModel' | 'network'>,
  target: Target | undefined,
): string =>
  (claimedModel === undefined ? undefined : target && placeInFigure(claimedModel, target)?.x) ?? network;

/** The series of the same network in the published figure. */
export const seriesOf = (
  { claimedModel }: Pick<ReportedGroup, 'claimedModel'>,
  target: Target | undefined,
): string | undefined =>
  claimedModel === undefined ? undefined : target && placeInFigure(claimedModel, target)?.series;

import { summarise, type Summary } from '@bit-repro/metrics';
import type { Target } from '@bit-repro/experiment';
import { placeOfModel } from './network.ts';

export const sources = ['paper', 'reproduction-2021'] as const;

/** What others published of one network at one number of shots; accuracies in percent. */
export interface PublishedResult {
  source: (typeof sources)[number];
  model: string;
  shots: number;
  /** Single runs, in the order of the source; none where only their median is known. */
  runs: { top1: number; seed?: number; hidden?: true }[];
  /** Worked out from the runs with the functions that also summarise ours; absent without runs. */
  summary?: Summary;
  /** What the source itself gives, for all its runs: the paper a median, the reproduction of 2021 a mean. */
  headline: { reducer: 'median' | 'mean'; top1: number };
  /** Reading errors in points, where numbers were read off a figure. */
  uncertainty?: { markers: number; hidden: number };
}

/** What was published of these networks at these numbers of shots. */
export function publishedResults(
  target: Target,
  models: readonly string[],
  shots: readonly number[],
): PublishedResult[] {
  return shots.flatMap((count) =>
    models.flatMap((model) => [...paperResult(target, model, count), ...result2021(target, model, count)]),
  );
}

/** What one of them published of a network at a number of shots. */
export const publishedResult = (
  target: Target,
  source: PublishedResult['source'],
  model: string,
  shots: number,
): PublishedResult | undefined =>
  publishedResults(target, [model], [shots]).find((result) => result.source === source);

function paperResult(target: Target, model: string, shots: number): PublishedResult[] {
  const panel = target.figure6.panels.find((candidate) => candidate.shots === shots);
  const place = placeOfModel(model, target);
  const upstream = panel?.upstreams.find(({ family }) => family === place?.family);
  if (panel === undefined || place === undefined || upstream === undefined) return [];
  const runs = upstream.dots[place.architecture] ?? [];
  return [
    {
      source: 'paper',
      model,
      shots,
      runs,
      ...summaryOf(runs),
      headline: {
        reducer: 'median',
        top1: upstream.medians[target.figure6.models.indexOf(place.architecture)]!,
      },
      uncertainty: { markers: panel.uncertainty, hidden: panel.hiddenUncertainty },
    },
  ];
}

function result2021({ reproduction2021 }: Target, model: string, shots: number): PublishedResult[] {
  if (reproduction2021.model !== model) return [];
  return reproduction2021.results
    .filter((result) => result.shots === shots)
    .map(({ runs, mean }) => ({
      source: 'reproduction-2021',
      model,
      shots,
      runs,
      ...summaryOf(runs),
      headline: { reducer: 'mean', top1: mean },
    }));
}

const summaryOf = (runs: readonly { top1: number }[]): { summary?: Summary } =>
  runs.length === 0 ? {} : { summary: summarise(runs.map(({ top1 }) => top1)) };

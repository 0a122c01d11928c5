import type { Target } from '../config/index.ts';
import type { ReportData } from './reportData.ts';

/** What a mark of the figure stands for. */
export type MarkKind = 'paper median' | 'paper run' | '2021 run' | '2021 mean' | 'run' | 'median' | 'mean';

/** One mark of the figure. */
export interface FigureRow {
  kind: MarkKind;
  /** Entry of the legend. */
  series: string;
  shots: number;
  /** Column within a panel. */
  column: string;
  /** In percent. */
  top1: number;
  label: string;
}

export const series2021 = 'Reproduction of 2021';
export const paperColumn = 'R50x3';

const paperSeries = (name: string, family: string): string => `Paper: ${name} (${family})`;

/** The legend's entries: the paper's upstreams, the reproduction of 2021, then ours by arm. */
export function figureSeries(data: ReportData): { paper: string[]; ours: string[] } {
  const upstreams = data.target?.figure6.panels[0]?.upstreams ?? [];
  return {
    paper: upstreams.map(({ name, family }) => paperSeries(name, family)),
    ours: [...new Set(data.groups.map(({ arm }) => arm))],
  };
}

/** The published marks at these numbers of shots. */
export function publishedRows(target: Target, shots: readonly number[]): FigureRow[] {
  const panels = target.figure6.panels.filter((panel) => shots.includes(panel.shots));
  const paper = panels.flatMap((panel) =>
    panel.upstreams.flatMap(({ name, family, medians, dots }) => {
      const common = { series: paperSeries(name, family), shots: panel.shots };
      return [
        ...medians.map((top1, index): FigureRow => {
          const column = target.figure6.models[index] ?? '';
          return {
            ...common,
            kind: 'paper median',
            column,
            top1,
            label: `${family}-${column}, paper: median ${top1} %`,
          };
        }),
        ...Object.entries(dots).flatMap(([column, values]) =>
          values.map(({ top1, hidden }): FigureRow => ({
            ...common,
            kind: 'paper run',
            column,
            top1,
            label: `${family}-${column}, paper: one run, ${top1} %${hidden === true ? ' (under another marker)' : ''}`,
          })),
        ),
      ];
    }),
  );
  const earlier = target.reproduction2021.results
    .filter((result) => shots.includes(result.shots))
    .flatMap((result): FigureRow[] => {
      const common = { series: series2021, shots: result.shots, column: paperColumn };
      return [
        ...result.runs.map(({ seed, top1 }): FigureRow => ({
          ...common,
          kind: '2021 run',
          top1,
          label: `2021, seed ${seed}: ${top1} %`,
        })),
        { ...common, kind: '2021 mean', top1: result.mean, label: `2021: mean ${result.mean} %` },
      ];
    });
  return [...paper, ...earlier];
}

/** Our own marks. A network that is not the paper's stands in a column of its own. */
export function ownRows(data: ReportData): FigureRow[] {
  return data.groups.flatMap(({ arm, network, comparable, shots, runs, summary }): FigureRow[] => {
    const common = { series: arm, shots, column: comparable ? paperColumn : ownColumn(network) };
    return [
      ...runs.map(({ id, seed, top1 }): FigureRow => ({
        ...common,
        kind: 'run',
        top1,
        label: `${network}, seed ${seed}: ${top1.toFixed(2)} % (${id})`,
      })),
      ...(summary === undefined
        ? []
        : [
            {
              ...common,
              kind: 'median' as const,
              top1: summary.median,
              label: `${network}: median ${summary.median.toFixed(2)} %`,
            },
            {
              ...common,
              kind: 'mean' as const,
              top1: summary.mean,
              label: `${network}: mean ${summary.mean.toFixed(2)} %`,
            },
          ]),
    ];
  });
}

/** The column of a network that the paper does not have. */
export const ownColumn = (network: string): string => network.split(',')[0]!.trim();

import type { Target } from '@bit-repro/experiment';
import type { ReportData } from './reportData.ts';
import type { ReportedGroup } from './reportedRuns.ts';

/** What a mark of the figure stands for. */
export type MarkKind =
  'paper median' | 'paper run' | 'paper hidden run' | '2021 run' | '2021 mean' | 'run' | 'median' | 'mean';

/** One mark of the figure. */
export interface FigureRow {
  kind: MarkKind;
  /** The paper's upstream, or our arm. */
  series: string;
  shots: number;
  /** Column within a panel. */
  column: string;
  /** In percent. */
  top1: number;
  /** Of one of our runs. */
  seed?: number;
  /** In words, for a reader who points at the mark. */
  label: string;
}

/** The paper's marks at these numbers of shots: all architectures and upstreams. */
export function paperRows({ figure6 }: Target, shots: readonly number[]): FigureRow[] {
  return figure6.panels
    .filter((panel) => shots.includes(panel.shots))
    .flatMap((panel) =>
      panel.upstreams.flatMap(({ family, medians, dots }) => {
        const common = { series: family, shots: panel.shots };
        return figure6.models.flatMap((column, index): FigureRow[] => [
          {
            ...common,
            kind: 'paper median',
            column,
            top1: medians[index]!,
            label: `paper, ${family}-${column}: median ${medians[index]!} %`,
          },
          ...(dots[column] ?? []).map(({ top1, hidden }): FigureRow => ({
            ...common,
            kind: hidden === true ? 'paper hidden run' : 'paper run',
            column,
            top1,
            label: `paper, ${family}-${column}: one run, ${top1} %`,
          })),
        ]);
      }),
    );
}

/** The marks of the reproduction of 2021 at these numbers of shots. */
export function rowsOf2021(
  { reproduction2021 }: Target,
  shots: readonly number[],
  column: string,
): FigureRow[] {
  return reproduction2021.results
    .filter((result) => shots.includes(result.shots))
    .flatMap((result): FigureRow[] => {
      const common = { series: '2021', shots: result.shots, column };
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
}

/** Our own marks. */
export function ownRows({ groups }: Pick<ReportData, 'groups'>): FigureRow[] {
  return groups.flatMap((group): FigureRow[] => {
    const { arm, network, shots, runs, summary } = group;
    const common = { series: arm, shots, column: columnOf(group) };
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

/** The paper's column of the same network; any other network stands in a column of its own, under its full name. */
export const columnOf = ({ place, network }: Pick<ReportedGroup, 'place' | 'network'>): string =>
  place?.architecture ?? network;

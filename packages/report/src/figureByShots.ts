import { sourcesOf, type PublishedSource } from '@bit-repro/experiment';
import type { TopLevelSpec } from 'vega-lite';
import { legend, type LegendEntry } from './figureLegend.ts';
import {
  accuracyAxis,
  chanceEntries,
  chanceRule,
  chancesWithin,
  completeFigure,
  panelTitle,
  layer,
  type FigureLayout,
} from './figureParts.ts';
import { ownRows, type FigureRow } from './figureRows.ts';
import { armLook, marks, otherLook, paperColour, type Spec } from './figureStyle.ts';
import type { ReportData } from './reportData.ts';

/**
 * Accuracy against the number of shots, a colour for each arm, with what was published at the same numbers of shots. Data
 * sets stand below each other.
 */
export function figureByShots(data: ReportData, layout: FigureLayout): TopLevelSpec {
  const rows = [...publishedRows(data), ...ownRows(data)];
  const panels = data.datasets.map(({ name, title }) => ({
    ...(data.datasets.length > 1 && { title: panelTitle(title) }),
    ...panel(
      data,
      rows.filter(({ dataset }) => dataset === name),
      layout.width - 60,
    ),
  }));
  return completeFigure(
    data,
    { vconcat: [...panels, key(data, rows, layout)], spacing: 22 },
    data.title,
    layout.width,
  );
}

/** The accuracies on one data set. */
function panel(data: ReportData, own: readonly FigureRow[], width: number): Spec {
  const { arms } = data;
  const shots = [...new Set(data.tasks.map((task) => task.shots))];
  const share = 0.86 / arms.length;
  // Ordinal axes would cut the lines of arms that stand beside each other, so positions are numbers.
  const placed = ({ series, ...row }: FigureRow): Spec & FigureRow => {
    const arm = arms.indexOf(series);
    const aside = arm === -1 ? 0 : (arm - (arms.length - 1) / 2) * share;
    return { ...row, series, position: shots.indexOf(row.shots) + aside };
  };
  const rows = own.map(placed);
  const step = width / shots.length;
  const barWidth = Math.min(20, step * share * 0.6);
  const series = (channel: 'colour' | 'shape'): Spec => ({
    field: 'series',
    type: 'nominal',
    legend: null,
    scale: { domain: arms, range: arms.map((_, index) => armLook(index)[channel]) },
  });
  return {
    width,
    height: 340,
    data: { values: rows },
    encoding: {
      x: {
        field: 'position',
        type: 'quantitative',
        scale: { domain: [-0.5, shots.length - 0.5], nice: false },
        axis: {
          title: 'examples per class',
          values: shots.map((_, index) => index),
          labelExpr: `${JSON.stringify(shots)}[datum.value]`,
          grid: false,
        },
      },
      y: accuracyAxis(rows),
    },
    layer: [
      ...chancesWithin(data, rows).map(({ chance }) => chanceRule(chance)),
      ...sourcesWithin(data).map(({ source, mark }) =>
        layer(source === data.target?.claims.source ? 'claim' : 'other value', mark(step * 0.86), {}, source),
      ),
      layer('median', marks.medianLine, { color: series('colour') }),
      layer('run', marks.run, { color: series('colour'), shape: series('shape') }),
      layer('median', marks.median(barWidth)),
      layer('mean', marks.mean(barWidth)),
    ],
  };
}

function publishedRows({ published, target }: ReportData): FigureRow[] {
  const labels = new Map(target && sourcesOf(target).map(({ source, label }) => [source, label]));
  return published.map(({ source, model, dataset, shots, headline }) => ({
    kind: source === target?.claims.source ? 'claim' : 'other value',
    series: source,
    dataset,
    shots,
    column: model,
    top1: headline.top1,
    label: `${labels.get(source) ?? source}, ${model}: ${headline.reducer} ${headline.top1} %`,
  }));
}

/** Those whose results are drawn, each with its mark, which is as wide as that of a median. */
function sourcesWithin({
  published,
  target,
}: ReportData): (PublishedSource & { colour: string; mark: (width: number) => Spec })[] {
  if (target === undefined) return [];
  return sourcesOf(target).flatMap((source, index) => {
    if (!published.some((result) => result.source === source.source)) return [];
    const colour = index === 0 ? paperColour : otherLook(index - 1).colour;
    const mark = (width: number): Spec =>
      source.statistic === 'median' ? marks.median(width, colour) : marks.mean(width / 1.5, colour);
    return [{ ...source, colour, mark }];
  });
}

function key(data: ReportData, rows: readonly FigureRow[], { direction, width }: FigureLayout): Spec {
  const arms = data.arms.map((text, index): LegendEntry => {
    const { colour, shape } = armLook(index);
    return { samples: [{ mark: marks.run, colour, shape }], text };
  });
  const models = (source: string): string => {
    const own = data.published.filter((result) => result.source === source);
    return [...new Set(own.map(({ model }) => model))].join(', ');
  };
  const rest: LegendEntry[] = [
    { samples: [{ mark: marks.median(18) }], text: 'Median of an arm; a line joins them' },
    { samples: [{ mark: marks.mean(18) }], text: 'Mean of an arm' },
    ...sourcesWithin(data).map(({ source, title, statistic, mark }) => ({
      samples: [{ mark: mark(28) }],
      text: `${title}, ${models(source)}: ${statistic}`,
    })),
    ...chanceEntries(data, rows),
  ];
  return direction === 'row' ? legend([arms, rest], width / 2 - 30) : legend([[...arms, ...rest]], width);
}

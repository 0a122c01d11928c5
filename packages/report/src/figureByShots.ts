import { sourcesOf, type PublishedSource } from '@bit-repro/experiment';
import type { TopLevelSpec } from 'vega-lite';
import { legend, type LegendEntry } from './figureLegend.ts';
import {
  accuracyAxis,
  accuracyRange,
  chanceEntries,
  chanceRule,
  chancesWithin,
  completeFigure,
  dotsAside,
  layer,
  panelTitle,
  placesAxis,
  type FigureLayout,
} from './figureParts.ts';
import { ownRows, type FigureRow } from './figureRows.ts';
import { bySeries, looksOf } from './figureLooks.ts';
import { marks, otherLook, paperColour, type Spec } from './figureStyle.ts';
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
  const step = width / shots.length;
  const height = 340;
  const range = accuracyRange(own);
  const placed = shots.flatMap((each, place) =>
    [undefined, ...arms].flatMap((arm, index) => {
      const rows = own.filter(
        ({ series, shots }) =>
          shots === each && (arm === undefined ? !arms.includes(series) : series === arm),
      );
      const middle = place + (arm === undefined ? 0 : (index - 1 - (arms.length - 1) / 2) * share);
      const runs = rows.filter(({ kind }) => kind === 'run');
      const aside = dotsAside(runs, { range, height, room: Math.min(20, 0.4 * step * share) });
      return rows.map((row) => {
        const dot = runs.indexOf(row);
        return { ...row, position: middle + (dot === -1 ? 0 : aside[dot]! / step) };
      });
    }),
  );
  const barWidth = Math.min(30, step * share * 0.62);
  return {
    width,
    height,
    data: { values: placed },
    encoding: {
      x: placesAxis(shots, { title: 'examples per class' }),
      y: accuracyAxis(own),
    },
    layer: [
      ...chancesWithin(data, own).map(({ chance }) => chanceRule(chance)),
      ...sourcesWithin(data).map(({ source, mark }) =>
        layer(source === data.target?.claims.source ? 'claim' : 'other value', mark(step * 0.86), {}, source),
      ),
      layer('median', marks.medianLine, { color: bySeries(data, 'colour') }),
      layer('median', marks.median(barWidth)),
      layer('mean', marks.mean(barWidth)),
      layer('run', marks.run, { color: bySeries(data, 'colour'), shape: bySeries(data, 'shape') }),
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
  const lookOf = looksOf(data);
  const arms = data.arms.map((text): LegendEntry => {
    const { colour, shape } = lookOf(text);
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

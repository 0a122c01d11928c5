import type { TopLevelSpec } from 'vega-lite';
import { legend, type LegendEntry } from './figureLegend.ts';
import {
  accuracyAxis,
  chanceEntry,
  chanceRule,
  completeFigure,
  showsChance,
  layer,
  type FigureLayout,
} from './figureParts.ts';
import { ownRows, type FigureRow } from './figureRows.ts';
import { armLook, colour2021, marks, paperColour, type Spec } from './figureStyle.ts';
import type { ReportData } from './reportData.ts';

/** Accuracy against the number of shots, a colour for each arm, with what was published at the same numbers of shots. */
export function figureByShots(data: ReportData, layout: FigureLayout): TopLevelSpec {
  const { arms, shots } = data;
  const share = 0.86 / arms.length;
  // Ordinal axes would cut the lines of arms that stand beside each other, so positions are numbers.
  const placed = ({ series, ...row }: FigureRow): Spec & FigureRow => {
    const arm = arms.indexOf(series);
    const aside = arm === -1 ? 0 : (arm - (arms.length - 1) / 2) * share;
    return { ...row, series, position: shots.indexOf(row.shots) + aside };
  };
  const rows = [...publishedRows(data), ...ownRows(data)].map(placed);
  const width = layout.width - 60;
  const step = width / shots.length;
  const barWidth = Math.min(20, step * share * 0.6);
  const series = (channel: 'colour' | 'shape'): Spec => ({
    field: 'series',
    type: 'nominal',
    legend: null,
    scale: { domain: arms, range: arms.map((_, index) => armLook(index)[channel]) },
  });
  return completeFigure(
    data,
    {
      vconcat: [
        {
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
            ...(showsChance(rows, data.chance) ? [chanceRule(data.chance)] : []),
            layer('paper median', marks.median(step * 0.86, paperColour)),
            layer('2021 mean', marks.mean((step * 0.86) / 1.5, colour2021)),
            layer('median', marks.medianLine, { color: series('colour') }),
            layer('run', marks.run, { color: series('colour'), shape: series('shape') }),
            layer('median', marks.median(barWidth)),
            layer('mean', marks.mean(barWidth)),
          ],
        },
        key(data, rows, layout),
      ],
      spacing: 22,
    },
    data.title,
    layout.width,
  );
}

function publishedRows({ published }: ReportData): FigureRow[] {
  return published.map(({ source, model, shots, headline }) => ({
    kind: source === 'paper' ? 'paper median' : '2021 mean',
    series: source,
    shots,
    column: model,
    top1: headline.top1,
    label: `${source === 'paper' ? 'paper' : '2021'}, ${model}: ${headline.reducer} ${headline.top1} %`,
  }));
}

function key(data: ReportData, rows: readonly FigureRow[], { direction, width }: FigureLayout): Spec {
  const arms = data.arms.map((text, index): LegendEntry => {
    const { colour, shape } = armLook(index);
    return { samples: [{ mark: marks.run, colour, shape }], text };
  });
  const models = (source: string): string =>
    [...new Set(data.published.filter((result) => result.source === source).map(({ model }) => model))].join(
      ', ',
    );
  const rest: LegendEntry[] = [
    { samples: [{ mark: marks.median(18) }], text: 'Median of an arm; a line joins them' },
    { samples: [{ mark: marks.mean(18) }], text: 'Mean of an arm' },
    ...(models('paper') === ''
      ? []
      : [{ samples: [{ mark: marks.median(28, paperColour) }], text: `Paper, ${models('paper')}: median` }]),
    ...(models('reproduction-2021') === ''
      ? []
      : [
          {
            samples: [{ mark: marks.mean(18, colour2021) }],
            text: `Reproduction of 2021, ${models('reproduction-2021')}: mean`,
          },
        ]),
    ...(showsChance(rows, data.chance) ? [chanceEntry(data.chance)] : []),
  ];
  return direction === 'row' ? legend([arms, rest], width / 2 - 30) : legend([[...arms, ...rest]], width);
}

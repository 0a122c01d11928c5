import { datasetNamed } from '@bit-repro/data';
import type { TopLevelSpec } from 'vega-lite';
import type { Target } from '@bit-repro/experiment';
import { perClass } from './comparison.ts';
import { legend, type LegendEntry } from './figureLegend.ts';
import {
  accuracyAxis,
  chanceEntry,
  chanceRule,
  completeFigure,
  showsChance,
  layer,
  wrapLines,
  type FigureLayout,
} from './figureParts.ts';
import { columnOf, ownRows, paperRows, rowsOf2021, type FigureRow } from './figureRows.ts';
import { armLook, colour2021, marks, paperColour, shade, upstreamLook, type Spec } from './figureStyle.ts';
import { placeOfModel } from './network.ts';
import type { ReportData } from './reportData.ts';

/**
 * The CIFAR-10 panels of the paper's Figure 6, one for each number of shots, with our runs on top. Ours stand beside the
 * paper's dots where the paper has the network, and else in a shaded column of their own.
 */
export function figure6Panels(data: ReportData, target: Target, layout: FigureLayout): TopLevelSpec {
  const models = target.figure6.models;
  const column2021 = placeOfModel(target.reproduction2021.model, target)?.architecture ?? models[0]!;
  const rows = [
    ...paperRows(target, data.shots),
    ...rowsOf2021(target, data.shots, column2021),
    ...ownRows(data),
  ];
  const others = [...new Set(data.groups.map(columnOf))].filter((column) => !models.includes(column));
  const sideBySide = layout.direction === 'row';
  const width = sideBySide ? layout.width / 2 - 50 : layout.width - 50;
  const panels = data.shots.map((shots) =>
    panel(
      data,
      target,
      rows.filter((row) => row.shots === shots),
      { shots, width, others },
    ),
  );
  return completeFigure(
    data,
    {
      vconcat: [
        sideBySide ? { hconcat: panels, spacing: 36 } : { vconcat: panels, spacing: 24 },
        key(data, target, rows, layout),
      ],
      spacing: 22,
    },
    `${datasetNamed(data.dataset).title} in Figure 6 of the BiT paper, with the reproduction of 2021 and this one`,
    layout.width,
  );
}

interface Panel {
  shots: number;
  width: number;
  /** Columns beside the paper's. */
  others: readonly string[];
}

function panel(
  data: ReportData,
  target: Target,
  rows: readonly FigureRow[],
  { shots, width, others }: Panel,
): Spec {
  const columns = [...target.figure6.models, ...others];
  const step = width / columns.length;
  const labelFontSize = width < 300 ? 9 : 10;
  const aside = Math.round(step * 0.28);
  const barWidth = step * 0.36;
  const place = (column: string): number => (others.includes(column) ? 0 : aside);
  const own = data.arms.flatMap((arm, index): Spec[] => {
    const column = columnOf(data.groups.find((group) => group.arm === arm)!);
    const xOffset = place(column);
    const { colour, shape } = armLook(lookOf(data, index));
    return [
      layer('run', { ...marks.run, fill: colour, shape, xOffset }, {}, arm),
      layer('median', { ...marks.median(barWidth), xOffset }, {}, arm),
      layer('mean', { ...marks.mean(barWidth), xOffset }, {}, arm),
    ];
  });
  const families = target.figure6.panels[0]!.upstreams.map(({ family }) => family);
  const series = (channel: 'colour' | 'shape' | 'dash'): Spec => ({
    field: 'series',
    type: 'nominal',
    legend: null,
    scale: { domain: families, range: families.map((_, index) => upstreamLook(index)[channel]) },
  });
  const colour = series('colour');
  const look = { color: colour, shape: series('shape') };
  return {
    title: { text: perClass(shots), anchor: 'start', frame: 'group', fontSize: 12, offset: 10 },
    width,
    height: 320,
    data: { values: rows },
    encoding: {
      x: {
        field: 'column',
        type: 'nominal',
        scale: { type: 'band', domain: columns, padding: 0 },
        axis: {
          title: null,
          labelAngle: 0,
          labelFontSize,
          labelExpr: `${JSON.stringify(Object.fromEntries(columns.map((name) => [name, wrapLines(name, { width: step - 4, fontSize: labelFontSize })])))}[datum.value]`,
          labelOverlap: false,
          ticks: false,
          labelPadding: 6,
        },
      },
      y: accuracyAxis(rows),
    },
    layer: [
      ...others.map((column): Spec => ({
        data: { values: [{ column }] },
        mark: { type: 'rect', color: shade },
        encoding: { y: { value: 0 }, y2: { value: 320 } },
      })),
      ...(showsChance(rows, data.chance) ? [chanceRule(data.chance)] : []),
      layer('paper median', marks.paperLine, { color: colour, strokeDash: series('dash') }),
      layer('paper median', marks.paperMedian, look),
      layer('paper run', marks.paperRun, look),
      layer('paper hidden run', marks.paperHiddenRun, { stroke: colour, shape: look.shape }),
      layer('2021 run', { ...marks.earlierRun, xOffset: -aside }),
      layer('2021 mean', { ...marks.mean(barWidth, colour2021), xOffset: -aside }),
      ...own,
    ],
  };
}

function key(
  data: ReportData,
  target: Target,
  rows: readonly FigureRow[],
  { direction, width }: FigureLayout,
): Spec {
  const upstreams = target.figure6.panels[0]!.upstreams.map(({ name, family }, index): LegendEntry => {
    const { colour, shape, dash } = upstreamLook(index);
    return {
      samples: [
        { mark: marks.paperLine, colour, dash },
        { mark: marks.paperMedian, colour, shape },
      ],
      text: `Paper, ${family} (${name}): medians of 5 runs`,
    };
  });
  const paper: LegendEntry[] = [
    ...upstreams.reverse(),
    { samples: [{ mark: marks.paperRun, colour: paperColour }], text: 'Paper: one run (R50x3 only)' },
    {
      samples: [{ mark: { ...marks.paperHiddenRun, stroke: paperColour } }],
      text: 'Paper: one run under another marker',
    },
  ];
  const ours: LegendEntry[] = [
    ...ownSeries(data).map((name, index): LegendEntry => {
      const { colour, shape } = armLook(index);
      const whose = data.arms.length === 1 ? 'This report' : name;
      return { samples: [{ mark: marks.run, colour, shape }], text: `${whose}: one run` };
    }),
    { samples: [{ mark: marks.median(18) }], text: 'This report: median' },
    { samples: [{ mark: marks.mean(18) }], text: 'This report: mean' },
    { samples: [{ mark: marks.earlierRun }], text: 'Reproduction of 2021: one run' },
    { samples: [{ mark: marks.mean(18, colour2021) }], text: 'Reproduction of 2021: mean' },
    ...(data.shots.some((shots) =>
      showsChance(
        rows.filter((row) => row.shots === shots),
        data.chance,
      ),
    )
      ? [chanceEntry(data.chance)]
      : []),
  ];
  return direction === 'row' ? legend([ours, paper], width / 2) : legend([[...ours, ...paper]], width);
}

/** What our arms are told apart by: their upstreams where these share columns, else each is its own. */
function ownSeries(data: ReportData): string[] {
  const families = data.arms.map((arm) => familyOf(data, arm));
  const columns = new Set(data.groups.map(columnOf));
  return columns.size === data.arms.length ? data.arms : [...new Set(families)];
}

function lookOf(data: ReportData, index: number): number {
  const series = ownSeries(data);
  const arm = data.arms[index]!;
  return series === data.arms ? index : series.indexOf(familyOf(data, arm));
}

const familyOf = ({ groups }: ReportData, arm: string): string =>
  groups.find((group) => group.arm === arm)?.place?.family ?? arm;

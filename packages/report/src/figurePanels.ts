import type { Target } from '@bit-repro/experiment';
import type { TopLevelSpec } from 'vega-lite';
import { legend, type LegendEntry } from './figureLegend.ts';
import {
  type FigureLayout,
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
} from './figureParts.ts';
import { wrapLines } from './wrapLines.ts';
import { columnOf, ownRows, publishedRows, seriesOf, type FigureRow } from './figureRows.ts';
import { looksOf } from './figureLooks.ts';
import { marks, otherLook, paperColour, seriesLook, shade, type Spec } from './figureStyle.ts';
import type { ReportData } from './reportData.ts';
import { ofTask, taskInWords, type Task } from './task.ts';
import { listOf } from './view/words.ts';

type PublishedFigure = NonNullable<Target['figure']>;

/**
 * The panels of the published figure, one for each task, with our runs on top. Ours stand beside the published
 * dots where the figure has the network, and else in a shaded column of their own.
 */
export function publishedPanels(
  data: ReportData,
  target: Target,
  figure: PublishedFigure,
  layout: FigureLayout,
): TopLevelSpec {
  const rows = [...publishedRows(data, target), ...ownRows(data)];
  const others = [...new Set(data.groups.map((group) => columnOf(group, target)))].filter(
    (column) => !figure.x.includes(column),
  );
  const sideBySide = layout.direction === 'row';
  const width = sideBySide ? layout.width / 2 - 50 : layout.width - 50;
  const panels = data.tasks.map((task) =>
    panel(data, target, figure, ofTask(rows, task), { task, width, others }),
  );
  const hasOthers = hasKind(rows, 'other value');
  return completeFigure(
    data,
    {
      vconcat: [...inRows(panels, sideBySide ? 2 : 1), key(data, target, figure, rows, layout)],
      spacing: 22,
    },
    `${listOf(data.datasets.map(({ title }) => title))} in ${figure.title}, with ${hasOthers ? 'other reproductions and ' : ''}this one`,
    layout.width,
  );
}

/** So many panels beside each other; single ones are one column. */
const inRows = (panels: readonly Spec[], columns: number): Spec[] =>
  columns === 1
    ? [{ vconcat: [...panels], spacing: 24 }]
    : Array.from({ length: Math.ceil(panels.length / columns) }, (_, row) => ({
        hconcat: panels.slice(row * columns, (row + 1) * columns),
        spacing: 36,
      }));

interface Panel {
  task: Task;
  width: number;
  /** Columns beside the paper's. */
  others: readonly string[];
}

function panel(
  data: ReportData,
  target: Target,
  figure: PublishedFigure,
  rows: readonly FigureRow[],
  { task, width, others }: Panel,
): Spec {
  const columns = [...figure.x, ...others];
  const step = width / columns.length;
  const labelFontSize = width < 300 ? 9 : 10;
  const aside = Math.round(step * 0.28);
  const barWidth = Math.min(40, step * 0.36);
  const height = 320;
  const room = { range: accuracyRange(rows), height, room: 0.17 * step };
  const lookOf = looksOf(data);
  // Ours stand on the right of the paper's, the results of others on the left; in a column beside them all are in the middle.
  const placed = columns.flatMap((column, place) => {
    const own = rows.filter((row) => row.column === column);
    const runs = own.filter(({ kind }) => kind === 'run');
    const across = dotsAside(runs, room);
    return own.map((row) => {
      const offset = others.includes(column) ? 0 : isOurs(row) ? aside : isOthers(row) ? -aside : 0;
      const dot = runs.indexOf(row);
      return { ...row, position: place + (offset + (dot === -1 ? 0 : across[dot]!)) / step };
    });
  });
  const own = data.arms.flatMap((arm): Spec[] => {
    const { colour, shape } = lookOf(arm);
    return [
      layer('median', marks.median(barWidth), {}, arm),
      layer('mean', marks.mean(barWidth), {}, arm),
      layer('run', { ...marks.run, fill: colour, shape }, {}, arm),
    ];
  });
  const published = Object.keys(figure.series);
  const series = (channel: 'colour' | 'shape' | 'dash'): Spec => ({
    field: 'series',
    type: 'nominal',
    legend: null,
    scale: { domain: published, range: published.map((_, index) => seriesLook(index)[channel]) },
  });
  const colour = series('colour');
  const look = { color: colour, shape: series('shape') };
  return {
    title: panelTitle(taskInWords(task, data.tasks)),
    width,
    height,
    data: { values: placed },
    encoding: {
      x: placesAxis(
        columns.map((name) => wrapLines(name, { width: step - 4, fontSize: labelFontSize })),
        { title: null, labelAngle: 0, labelFontSize, labelOverlap: false, ticks: false, labelPadding: 6 },
      ),
      y: accuracyAxis(rows),
    },
    layer: [
      ...others.map((column): Spec => ({
        data: { values: [{ position: columns.indexOf(column) - 0.5, end: columns.indexOf(column) + 0.5 }] },
        mark: { type: 'rect', color: shade },
        encoding: { x2: { field: 'end' }, y: { value: 0 }, y2: { value: height } },
      })),
      ...chancesWithin(data, rows).map(({ chance }) => chanceRule(chance)),
      layer('claim', marks.paperLine, { color: colour, strokeDash: series('dash') }),
      layer('claim', marks.paperMedian, look),
      layer('claimed run', marks.paperRun, look),
      layer('claimed rough run', marks.paperRoughRun, { stroke: colour, shape: look.shape }),
      ...target.series.flatMap(({ source, statistic }, index) => [
        layer('other run', marks.otherRun(otherLook(index)), {}, source),
        layer('other value', marks[statistic](barWidth, otherLook(index).colour), {}, source),
      ]),
      ...own,
    ],
  };
}

function key(
  data: ReportData,
  target: Target,
  figure: PublishedFigure,
  rows: readonly FigureRow[],
  { direction, width }: FigureLayout,
): Spec {
  const { label, statistic, n } = target.claims;
  const ofRuns = n === undefined ? '' : ` of ${n} runs`;
  const series = Object.entries(figure.series).map(([name, title], index): LegendEntry => {
    const { colour, shape, dash } = seriesLook(index);
    return {
      samples: [
        { mark: marks.paperLine, colour, dash },
        { mark: marks.paperMedian, colour, shape },
      ],
      text: `${label}, ${name} (${title}): ${statistic}s${ofRuns}`,
    };
  });
  const paper: LegendEntry[] = [
    ...series.reverse(),
    ...entryIf(hasKind(rows, 'claimed run'), {
      samples: [{ mark: marks.paperRun, colour: paperColour }],
      text: `${label}: one run${onlyOf(rows, figure)}`,
    }),
    ...entryIf(hasKind(rows, 'claimed rough run'), {
      samples: [{ mark: { ...marks.paperRoughRun, stroke: paperColour } }],
      text: `${label}: one run, read less exactly`,
    }),
  ];
  const others = target.series.flatMap(({ source, title, ...other }, index): LegendEntry[] => {
    const own = rows.filter((row) => row.series === source);
    const look = otherLook(index);
    return [
      ...entryIf(hasKind(own, 'other run'), {
        samples: [{ mark: marks.otherRun(look) }],
        text: `${title}: one run`,
      }),
      ...entryIf(own.length > 0, {
        samples: [{ mark: marks[other.statistic](18, look.colour) }],
        text: `${title}: ${other.statistic}`,
      }),
    ];
  });
  const ours: LegendEntry[] = [
    ...ownSeries(data).map(([name, arm]): LegendEntry => {
      const { colour, shape } = looksOf(data)(arm);
      const whose = data.arms.length === 1 ? 'This report' : name;
      return { samples: [{ mark: marks.run, colour, shape }], text: `${whose}: one run` };
    }),
    { samples: [{ mark: marks.median(18) }], text: 'This report: median' },
    { samples: [{ mark: marks.mean(18) }], text: 'This report: mean' },
    ...others,
    ...chanceEntries(data, rows),
  ];
  return direction === 'row' ? legend([ours, paper], width / 2) : legend([[...ours, ...paper]], width);
}

const entryIf = (isWanted: boolean, entry: LegendEntry): LegendEntry[] => (isWanted ? [entry] : []);

const hasKind = (rows: readonly FigureRow[], wanted: FigureRow['kind']): boolean =>
  rows.some(({ kind }) => kind === wanted);

/** The columns that single runs are known of, where these are not all. */
function onlyOf(rows: readonly FigureRow[], { x }: PublishedFigure): string {
  const columns = new Set(rows.flatMap(({ kind, column }) => (kind === 'claimed run' ? [column] : [])));
  return columns.size === x.length ? '' : ` (${[...columns].join(', ')} only)`;
}

/** What distinguishes our arms, each with the first of its arms: their series where these share columns, else each is its own. */
function ownSeries(data: ReportData): [name: string, arm: string][] {
  const columns = new Set(data.groups.map((group) => columnOf(group, data.target)));
  const isShared = columns.size < data.arms.length;
  const first = new Map<string, string>();
  for (const arm of data.arms) {
    const name = isShared ? seriesOfArm(data, arm) : arm;
    if (!first.has(name)) first.set(name, arm);
  }
  return [...first];
}

function seriesOfArm({ groups, target }: ReportData, arm: string): string {
  const group = groups.find((candidate) => candidate.arm === arm);
  return (group && seriesOf(group, target)) ?? arm;
}

const isOurs = ({ kind }: FigureRow): boolean => kind === 'run' || kind === 'median' || kind === 'mean';
const isOthers = ({ kind }: FigureRow): boolean => kind === 'other run' || kind === 'other value';

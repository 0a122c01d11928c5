import type { TopLevelSpec } from 'vega-lite';
import { largest, smallest } from '@bit-repro/artifacts';
import type { FigureRow, MarkKind } from './figureRows.ts';
import type { LegendEntry } from './figureLegend.ts';
import { dotDiameter, font, ink, marks, paper, type Spec } from './figureStyle.ts';
import { wrapLines } from './wrapLines.ts';
import type { ReportData } from './reportData.ts';
import { swarm } from './swarm.ts';
import { ofTask, taskInWords, tasksOf, type ReportedDataset, type Task } from './task.ts';

/** How much room a figure has: a page, or a phone. */
export interface FigureLayout {
  /** Side by side, or one below the other. */
  direction: 'row' | 'column';
  /** Pixels. */
  width: number;
}

export const layouts = {
  page: { direction: 'row', width: 840 },
  phone: { direction: 'column', width: 330 },
} as const satisfies Record<string, FigureLayout>;

/** Draws one kind of rows, or those of one series among them. */
export function layer(kind: MarkKind, mark: Spec, encoding: Spec = {}, series?: string): Spec {
  const equals = (field: keyof FigureRow, equal: string): Spec => ({ filter: { field, equal } });
  return {
    transform: [equals('kind', kind), ...(series === undefined ? [] : [equals('series', series)])],
    mark: { ...mark, tooltip: true },
    encoding: { ...encoding, tooltip: { field: 'label', type: 'nominal' } },
  };
}

/** An axis in percent that holds these rows, with the ends of its scale on round numbers. */
export function accuracyAxis(rows: readonly Pick<FigureRow, 'top1'>[]): Spec {
  const [from, to] = accuracyRange(rows);
  const step = [2, 5].find((each) => from % each === 0 && to % each === 0 && (to - from) / each <= 10) ?? 10;
  return {
    field: 'top1',
    type: 'quantitative',
    axis: {
      title: 'top-1 accuracy, %',
      values: Array.from({ length: (to - from) / step + 1 }, (_, tick) => from + tick * step),
    },
    scale: { domain: [from, to], nice: false },
  };
}

/** From and to, in percent, on round numbers with a little room around the rows; from nought where it is near. */
export function accuracyRange(rows: readonly Pick<FigureRow, 'top1'>[]): [number, number] {
  if (rows.length === 0) return [0, 100];
  const values = rows.map(({ top1 }) => top1);
  const [least, most] = [smallest(values), largest(values)];
  const step = most - least > 25 ? 10 : most - least > 10 ? 5 : 2;
  const room = 0.15 * step;
  const from = step * Math.floor((least - room) / step);
  return [from < 20 ? 0 : from, Math.min(100, step * Math.ceil((most + room) / step))];
}

/** How far sideways dots stand, in pixels, so that none of a column with this axis hides another. */
export const dotsAside = (
  dots: readonly Pick<FigureRow, 'top1'>[],
  { range: [from, to], height, room }: { range: [number, number]; height: number; room: number },
): number[] =>
  swarm(
    dots.map(({ top1 }) => ((top1 - from) / (to - from)) * height),
    { diameter: dotDiameter, room },
  );

/** An axis with a label at each place. Places are counted from 0, and evenly spaced unless they are given. */
export const placesAxis = (
  labels: readonly (string | number | string[])[],
  axis: Spec,
  places: readonly number[] = [...labels.keys()],
): Spec => ({
  field: 'position',
  type: 'quantitative',
  scale: { domain: [-0.5, labels.length - 0.5], nice: false },
  axis: {
    values: places,
    labelExpr: `${JSON.stringify(labels)}[indexof(${JSON.stringify(places)}, datum.value)]`,
    grid: false,
    ...axis,
  },
});

/** What stands above a panel. */
export const panelTitle = (text: string, offset = 10): Spec => ({
  text,
  anchor: 'start',
  frame: 'group',
  fontSize: 12,
  offset,
});

/** Panels with one axis, one below the other: one for each task that has rows. The last shows the axis. */
export function stackedByTask<Row extends Task>(
  tasks: readonly Task[],
  rows: readonly Row[],
  panel: (rows: Row[], isLast: boolean) => Spec,
): Spec {
  const panels = tasks
    .map((task) => ({ task, members: ofTask(rows, task) }))
    .filter(({ members }) => members.length > 0);
  return {
    vconcat: panels.map(({ task, members }, index) => ({
      title: panelTitle(taskInWords(task, tasks), 8),
      ...panel(members, index === panels.length - 1),
    })),
    spacing: 26,
    bounds: 'flush',
  };
}

/** The whole figure: what it shows, which network it is of, and the look. */
export function completeFigure(
  data: ReportData,
  content: Spec,
  heading: string,
  width: number,
): TopLevelSpec {
  const room = width - 28;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: heading,
    background: paper,
    padding: 14,
    title: {
      text: wrapLines(heading, { width: room, fontSize: 15, bold: true }),
      subtitle: wrapLines(`This report: ${data.networks.join('; ')}`, { width: room, fontSize: 12 }),
      anchor: 'start',
      frame: 'bounds',
      fontSize: 15,
      subtitleFontSize: 12,
      subtitlePadding: 5,
      offset: 14,
    },
    ...content,
    config: {
      // The page describes the picture as a whole, and its tables hold every number.
      aria: false,
      font,
      axis: {
        labelColor: ink,
        titleColor: ink,
        labelFontSize: 11,
        titleFontSize: 11,
        titleFontWeight: 'normal',
        gridColor: '#8a939e',
        gridOpacity: 0.25,
        domainColor: '#8a939e',
        tickColor: '#8a939e',
      },
      title: { color: ink, subtitleColor: ink },
      view: { stroke: null },
    },
  } as unknown as TopLevelSpec;
}

/** The data sets of which the accuracy of guessing is on the axis of these rows, which are of one panel. */
export const chancesWithin = (
  { datasets }: Pick<ReportData, 'datasets'>,
  rows: readonly FigureRow[],
): ReportedDataset[] => {
  const [least] = accuracyRange(rows);
  return datasets.filter(
    ({ name, chance }) => rows.some(({ dataset }) => dataset === name) && least <= chance,
  );
};

/** A dotted line at the accuracy of guessing. */
export const chanceRule = (chance: number): Spec => ({
  data: { values: [{ top1: chance }] },
  mark: marks.chance,
  encoding: { x: { value: 0 }, x2: { value: 'width' } },
});

/** The entry of a key for the lines at the accuracy of guessing, where a panel has one; `rows` are of panels by task. */
export function chanceEntries(data: Pick<ReportData, 'datasets'>, rows: readonly FigureRow[]): LegendEntry[] {
  const shown = tasksOf(rows).flatMap((task) => chancesWithin(data, ofTask(rows, task)));
  if (shown.length === 0) return [];
  const chances = [...new Set(shown)].map(
    ({ title, chance }) =>
      `${Number(chance.toFixed(2))} %${data.datasets.length === 1 ? '' : ` on ${title}`}`,
  );
  return [{ samples: [{ mark: marks.chance }], text: `Guessing: ${chances.join(', ')}` }];
}

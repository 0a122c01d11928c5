import { largest, smallest } from '@bit-repro/artifacts';
import { meanInWords, type DesignPanel } from './designPanels.ts';
import { inColumns, type LegendEntry } from './figureLegend.ts';
import { looksOf } from './figureLooks.ts';
import { accuracyAxis, accuracyRange, dotsAside, panelTitle, placesAxis } from './figureParts.ts';
import { sourceLooks } from './figureSources.ts';
import { ink, marks as common, type Look, type Spec } from './figureStyle.ts';
import { levelFontSize, levelPlaces } from './levelPlaces.ts';
import type { ReportData } from './reportData.ts';
import { ofTask } from './task.ts';

const height = 280;
/** The most room of an arm along the axis, in pixels; its runs stand on the right of its interval. */
const mostRoom = 34;
/** Intervals are drawn to so many points beyond the runs, or to as many as these spread over if that is more. */
const leastRoom = 5;

const marks = {
  line: { type: 'line', strokeWidth: 1.6, opacity: 0.6 },
  run: { ...common.run, size: 30, opacity: 0.6 },
  interval: { type: 'rule', strokeWidth: 2 },
  mean: { ...common.run, size: 90 },
  best: {
    type: 'point',
    shape: 'circle',
    filled: false,
    stroke: ink,
    strokeWidth: 1.6,
    size: 260,
    opacity: 1,
  },
  published: { type: 'rule', strokeWidth: 1.6 },
} satisfies Record<string, Spec>;

/** Accuracy along the levels of a setting: a line for each level of the other, with the intervals of the means and the runs. */
export function designLines(data: ReportData, panel: DesignPanel, width: number): Spec {
  const { along, points } = panel;
  const { places, scale } = levelPlaces(along, width);
  const range = accuracyRange(drawnIn(panel));
  const lookOf = looksOf(data);
  const step = width / along.levels.length;
  const lines = 1 + largest(points.map(({ across }) => across));
  const nearest = step * Math.min(1, ...places.slice(1).map((place, index) => place - places[index]!));
  const room = Math.min(mostRoom, (0.9 * nearest) / lines);
  const placed = points.map((point) => {
    const slot = (point.across - (lines - 1) / 2) * room;
    const at = (pixels: number): number => places[point.along]! + (slot + pixels) / step;
    return { ...point, at, look: lookOf(point.arm) };
  });
  const runs = placed.flatMap(({ arm, group, at, look }) => {
    const aside = dotsAside(group.runs, { range, height, room: 0.2 * room });
    return group.runs.map(({ id, seed, top1 }, run) => ({
      ...paint(look),
      position: at(0.22 * room + aside[run]!),
      top1,
      label: `${arm}, seed ${seed}: ${top1.toFixed(2)} % (run ${id})`,
    }));
  });
  const means = placed.flatMap(({ arm, across, group, isBest, at, look }) =>
    group.summary === undefined
      ? []
      : [
          {
            ...paint(look),
            line: across,
            // Two lines have a colour for each; the only one of a sweep joins arms of many colours.
            lineColour: lines === 1 ? ink : look.colour,
            position: at(-0.18 * room),
            top1: group.summary.mean,
            ...group.interval,
            isBest,
            label: `${arm}: ${meanInWords(group)}`,
          },
        ],
  );
  const told = { tooltip: { field: 'label', type: 'nominal' } };
  const own = (field: string): Spec => ({ field, type: 'nominal', legend: null, scale: null });
  const look = { color: own('colour'), shape: own('shape'), ...told };
  const [from, to] = range;
  return {
    title: panelTitle(panel.title),
    width,
    height,
    data: { values: means },
    encoding: {
      x: placesAxis(
        along.levels,
        { title: [along.title, scale].filter(Boolean).join(', '), labelFontSize: levelFontSize },
        places,
      ),
      y: accuracyAxis(drawnIn(panel)),
    },
    layer: [
      ...publishedWithin(data, panel).map(({ top1, label, colour, dash }): Spec => ({
        data: { values: [{ top1, label }] },
        mark: { ...marks.published, color: colour, strokeDash: dash, tooltip: true },
        encoding: { x: { value: 0 }, x2: { value: 'width' }, ...told },
      })),
      {
        mark: marks.line,
        encoding: { color: own('lineColour'), detail: { field: 'line', type: 'nominal' } },
      },
      { data: { values: runs }, mark: { ...marks.run, tooltip: true }, encoding: look },
      {
        transform: [
          { filter: 'isValid(datum.low)' },
          { calculate: `max(datum.low, ${from})`, as: 'low' },
          { calculate: `min(datum.high, ${to})`, as: 'high' },
        ],
        mark: { ...marks.interval, tooltip: true },
        encoding: {
          y: { field: 'low', type: 'quantitative' },
          y2: { field: 'high' },
          color: own('colour'),
          ...told,
        },
      },
      { mark: { ...marks.mean, tooltip: true }, encoding: look },
      ...(hasBest(panel) ? [{ transform: [{ filter: 'datum.isBest' }], mark: marks.best }] : []),
    ],
  };
}

/** What the marks of these panels stand for, in two columns. */
export function linesKey(data: ReportData, panels: readonly DesignPanel[]): LegendEntry[][] {
  const [first] = panels as [DesignPanel];
  const lookOf = looksOf(data);
  const { across } = first;
  const lines = (across?.named ?? []).map((text, index): LegendEntry => {
    const { colour } = lookOf(first.points.find((point) => point.across === index)!.arm);
    return { samples: [{ mark: marks.line, colour }], text };
  });
  const { shape } = lookOf(first.points[0]!.arm);
  const some = { colour: ink, shape: across === undefined ? shape : 'circle' };
  const ours: LegendEntry[] = [
    {
      samples: [{ mark: marks.mean, ...some }],
      text: `Mean of an arm; its line is the 95 % interval${panels.some(hasCut) ? ', cut at the edge of the figure' : ''}`,
    },
    {
      samples: [{ mark: marks.run, ...some }],
      text: 'One run',
    },
    ...(panels.some(hasBest)
      ? [{ samples: [{ mark: marks.best }], text: 'The highest mean, partly by luck' }]
      : []),
  ];
  const theirs = [...sourceLooks(data)].flatMap(([source, { title, colour, dash }]): LegendEntry[] => {
    const own = data.published.filter((result) => result.source === source);
    if (own.length === 0) return [];
    const isDrawn = panels.some((panel) =>
      publishedWithin(data, panel).some((result) => result.source === source),
    );
    const text = `${title}: ${own[0]!.headline.reducer}${isDrawn ? '' : ', beyond the axes'}`;
    return [{ samples: isDrawn ? [{ mark: marks.published, colour, dash }] : [], text }];
  });
  return inColumns([...lines, ...ours, ...theirs], 2);
}

/** Of fewer arms everybody sees which one it is. */
const hasBest = ({ points }: DesignPanel): boolean => points.length > 2;

const paint = ({ colour, shape }: Look): Pick<Look, 'colour' | 'shape'> => ({ colour, shape });

/** What the axis of a panel has room for: its runs and the intervals, as far as these do not dwarf the runs. */
function drawnIn({ points }: DesignPanel): { top1: number }[] {
  const runs = points.flatMap(({ group }) => group.runs.map(({ top1 }) => top1));
  if (runs.length === 0) return [];
  const [least, most] = [smallest(runs), largest(runs)];
  const room = Math.max(most - least, leastRoom);
  const ends = points.flatMap(({ group: { interval } }) =>
    interval === undefined
      ? []
      : [Math.max(interval.low, least - room, 0), Math.min(interval.high, most + room, 100)],
  );
  return [...runs, ...ends].map((top1) => ({ top1 }));
}

/** Whether an interval ends beyond the axis, as that of two runs may. */
function hasCut(panel: DesignPanel): boolean {
  const [from, to] = accuracyRange(drawnIn(panel));
  return panel.points.some(
    ({ group: { interval } }) => interval !== undefined && (interval.low < from || interval.high > to),
  );
}

/** What was published at the task of a panel, as far as its axis reaches. */
function publishedWithin(
  data: ReportData,
  panel: DesignPanel,
): { source: string; top1: number; label: string; colour: string; dash: number[] }[] {
  const looks = sourceLooks(data);
  const [from, to] = accuracyRange(drawnIn(panel));
  return ofTask(data.published, panel.task).flatMap(({ source, model, headline: { reducer, top1 } }) => {
    if (top1 < from || top1 > to) return [];
    const { label, colour, dash } = looks.get(source)!;
    return [{ source, top1, label: `${label}, ${model}: ${reducer} ${top1} %`, colour, dash }];
  });
}

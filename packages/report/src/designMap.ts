import { meanInWords, type DesignPanel } from './designPanels.ts';
import type { LegendEntry } from './figureLegend.ts';
import { panelTitle } from './figureParts.ts';
import { inRanges } from './view/words.ts';
import { ink, mapColour, type Spec } from './figureStyle.ts';

const rowHeight = 52;
/** Narrower cells have room for the mean only. */
const leastOfInterval = 44;

const cell: Spec = { type: 'rect', cornerRadius: 2, fill: mapColour };
const best: Spec = { type: 'rect', cornerRadius: 2, fill: null, stroke: ink, strokeWidth: 2 };

/** The mean accuracy at every combination of two settings, with half the width of its interval. */
export function designMap({ title, along, across, points, means }: DesignPanel, width: number): Spec {
  const rows = across!.levels.toReversed();
  const [lowest, highest] = means ?? [0, 1];
  const cellWidth = width / along.levels.length;
  const cells = points.flatMap(({ arm, along: column, across: row, group, isBest }) => {
    const { summary, interval } = group;
    if (summary === undefined) return [];
    const half = interval && `±${((interval.high - interval.low) / 2).toFixed(1)}`;
    return [
      {
        along: along.levels[column],
        across: across!.levels[row],
        share: highest === lowest ? 0 : (summary.mean - lowest) / (highest - lowest),
        words: [
          summary.mean.toFixed(1),
          ...(half === undefined || cellWidth < leastOfInterval ? [] : [half]),
        ],
        isBest,
        label: `${arm}: ${meanInWords(group)}`,
      },
    ];
  });
  const axis = (field: 'along' | 'across', title: string, domain: readonly string[]): Spec => ({
    field,
    type: 'nominal',
    scale: { domain, padding: 0.04 },
    axis: { title, labelAngle: 0, ticks: false, domain: false },
  });
  const told = { tooltip: { field: 'label', type: 'nominal' } };
  return {
    title: panelTitle(title),
    width,
    height: rowHeight * rows.length,
    data: { values: cells },
    encoding: {
      x: axis('along', along.title, along.levels),
      y: axis('across', across!.title, rows),
    },
    layer: [
      {
        mark: { ...cell, tooltip: true },
        encoding: {
          fillOpacity: {
            field: 'share',
            type: 'quantitative',
            legend: null,
            // Numbers stay readable on the darkest.
            scale: { domain: [0, 1], range: [0.06, 0.6] },
          },
          ...told,
        },
      },
      { transform: [{ filter: 'datum.isBest' }], mark: best },
      {
        mark: {
          type: 'text',
          fontSize: 11,
          lineHeight: 14,
          dy: cellWidth < leastOfInterval ? 0 : -7,
          color: ink,
          tooltip: true,
        },
        encoding: { text: { field: 'words' }, ...told },
      },
    ],
  };
}

/** What the cells of maps stand for, in two columns. */
export function mapKey(panels: readonly DesignPanel[]): LegendEntry[][] {
  const counts = panels.flatMap(({ points }) => points.map(({ group }) => group.runs.length));
  return [
    [
      {
        samples: [{ mark: { ...sample, filled: true, fill: mapColour, opacity: 0.5 } }],
        text: `Mean top-1 accuracy in percent of ${inRanges([...new Set(counts)])} runs, ± half of its 95 % interval. The higher, the stronger the colour`,
      },
    ],
    [
      {
        samples: [{ mark: { ...sample, filled: false, stroke: ink, strokeWidth: 2 } }],
        text: 'The highest mean, partly by luck',
      },
    ],
  ];
}

const sample: Spec = { type: 'point', shape: 'square', size: 250 };

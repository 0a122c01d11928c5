import type { TopLevelSpec } from 'vega-lite';
import {
  figureSeries,
  ownRows,
  publishedRows,
  series2021,
  type FigureRow,
  type MarkKind,
} from './figureRows.ts';
import type { ReportData } from './reportData.ts';

/** Okabe and Ito's colours, which people with colour-blindness can tell apart. */
const colours = {
  paper: ['#E69F00', '#0072B2', '#7f7f7f'],
  earlier: '#CC79A7',
  ours: ['#D55E00', '#009E73', '#56B4E9', '#000000'],
};

const font = 'DejaVu Sans';

type Layer = Record<string, unknown>;

/** The Vega-Lite figure of a report: the paper's panels redrawn with ours on top, or accuracy against shots. */
export function figureSpec(data: ReportData): TopLevelSpec {
  const shots = [...new Set(data.groups.map((group) => group.shots))];
  const paperShots = data.target?.figure6.panels.map((panel) => panel.shots) ?? [];
  const asInPaper = shots.length > 0 && shots.every((count) => paperShots.includes(count));
  return asInPaper ? panels(data, shots) : againstShots(data, shots);
}

/** One panel per number of shots, architectures from left to right as in Figure 6. */
function panels(data: ReportData, shots: readonly number[]): TopLevelSpec {
  const rows = [...publishedRows(data.target!, shots), ...ownRows(data)];
  const columns = [...new Set([...data.target!.figure6.models, ...rows.map(({ column }) => column)])];
  return complete(data, {
    hconcat: shots.map((count) => ({
      title: `${count} ${count === 1 ? 'example' : 'examples'} per class`,
      width: 300,
      height: 300,
      data: { values: rows.filter((row) => row.shots === count) },
      encoding: {
        x: {
          field: 'column',
          type: 'nominal',
          scale: { domain: columns },
          axis: { title: null, labelAngle: 0, labelLimit: 90 },
        },
        y: accuracyAxis,
      },
      layer: [
        layer('paper median', { type: 'line', opacity: 0.45, strokeWidth: 1.5 }),
        layer('paper median', { type: 'point', filled: true, size: 30, opacity: 0.55 }),
        layer('paper run', { type: 'point', filled: true, size: 22, opacity: 0.35 }),
        layer('2021 run', { type: 'point', shape: 'triangle-up', size: 45, opacity: 0.8 }, -14),
        layer('2021 mean', { type: 'tick', thickness: 2, size: 16 }, -14),
        // Beside the paper's dots only where ours stand in their column.
        ...own(data.comparable ? 14 : 0),
      ],
    })),
    spacing: 30,
  });
}

/** Accuracy against shots, a colour per arm; the paper's medians where it has them. */
function againstShots(data: ReportData, shots: readonly number[]): TopLevelSpec {
  const published =
    data.target === undefined
      ? []
      : publishedRows(data.target, shots).filter(
          (row) => row.kind === 'paper median' && row.column === 'R50x3' && row.series.includes('BiT-M'),
        );
  return complete(data, {
    title: 'Accuracy against examples per class',
    width: 640,
    height: 320,
    data: { values: [...published, ...ownRows(data)] },
    encoding: {
      x: {
        field: 'shots',
        type: 'quantitative',
        axis: { title: 'examples per class', values: [...shots], format: 'd' },
        scale: { zero: false, padding: 12 },
      },
      y: accuracyAxis,
    },
    layer: [
      layer('paper median', { type: 'point', shape: 'diamond', size: 90 }),
      layer('median', { type: 'line', opacity: 0.7 }),
      ...own(0),
    ],
  });
}

const accuracyAxis = {
  field: 'top1',
  type: 'quantitative',
  axis: { title: 'top-1 accuracy, %' },
  scale: { zero: false, padding: 10 },
};

const own = (offset: number): Layer[] => [
  layer('run', { type: 'point', filled: true, size: 50, opacity: 0.85 }, offset),
  layer('median', { type: 'tick', thickness: 3, size: 26 }, offset),
  layer('mean', { type: 'point', shape: 'diamond', filled: false, size: 90, strokeWidth: 1.5 }, offset),
];

function layer(kind: MarkKind, mark: Layer, offset = 0): Layer {
  return {
    transform: [{ filter: { field: 'kind', equal: kind satisfies FigureRow['kind'] } }],
    mark: { ...mark, ...(offset === 0 ? {} : { xOffset: offset }), tooltip: true },
    encoding: { color: { field: 'series', type: 'nominal' }, tooltip: { field: 'label', type: 'nominal' } },
  };
}

/** Adds the legend, which is the same for every layer, and the look. */
function complete(data: ReportData, spec: Layer): TopLevelSpec {
  const { paper, ours } = figureSeries(data);
  const domain = [...paper, ...(data.target === undefined ? [] : [series2021]), ...ours];
  const range = [
    ...colours.paper.slice(0, paper.length),
    ...(data.target === undefined ? [] : [colours.earlier]),
    ...ours.map((_, index) => colours.ours[index % colours.ours.length]!),
  ];
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    ...spec,
    config: {
      font,
      range: { category: range },
      scale: {},
      axis: { labelFontSize: 11, titleFontSize: 12, gridColor: '#e6e6e6' },
      title: { fontSize: 13, anchor: 'start' },
      legend: {
        orient: 'bottom',
        direction: 'vertical',
        title: null,
        labelFontSize: 11,
        labelLimit: 600,
        symbolOpacity: 1,
        columns: 2,
      },
      view: { stroke: '#cccccc' },
    },
    resolve: { scale: { color: 'shared', y: 'independent' } },
    ...withColourScale(spec, { domain, range }),
  } as unknown as TopLevelSpec;
}

/** Puts one colour scale into every layer, so that colours do not depend on which marks are there. */
function withColourScale(spec: Layer, scale: Layer): Layer {
  const paint = (layers: Layer[]): Layer[] =>
    layers.map((one) => {
      const encoding = one.encoding as Layer;
      return { ...one, encoding: { ...encoding, color: { ...(encoding.color as Layer), scale } } };
    });
  if ('hconcat' in spec) {
    return {
      hconcat: (spec.hconcat as Layer[]).map((panel) => ({
        ...panel,
        layer: paint(panel.layer as Layer[]),
      })),
    };
  }
  return { layer: paint(spec.layer as Layer[]) };
}

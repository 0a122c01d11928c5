import type { TopLevelSpec } from 'vega-lite';
import { largest, smallest } from '@bit-repro/artifacts';
import { inColumns, legend, type LegendEntry } from './figureLegend.ts';
import { bySeries, looksOf } from './figureLooks.ts';
import { type FigureLayout, completeFigure, panelTitle } from './figureParts.ts';
import { ink, type Spec } from './figureStyle.ts';
import type { ReportData } from './reportData.ts';
import { ofTask, taskInWords, type Task } from './task.ts';

interface CurveRow extends Task {
  series: string;
  run: string;
  step: number;
  value: number;
}

interface Axis {
  title: string;
  isLog?: boolean;
  /** Windows that a reader may smooth by, in points on each side; those of losses, which are of every batch. */
  windows: readonly number[];
}

const lossAxis: Axis = { title: 'loss of the training batch, nats', windows: [2, 7] };
const accuracyAxis: Axis = { title: 'top-1 accuracy, %', windows: [] };

/** Up to so many runs of an arm are drawn one by one, under their mean. */
const mostSingle = 5;
/** Losses that span this factor are drawn on a logarithmic axis, else the end of training would be a flat line. */
const logFrom = 20;

/**
 * How the loss fell, and where it was looked at on the way how the accuracy rose: for each arm the mean of its runs, the band that
 * all of them are in, and where they are few a thin line for each. By the signals `hidden` and `smoothing` the page lets a reader leave
 * arms out and smooth the losses; `arms` and `smoothings` are what there is to choose.
 */
export function figureCurves(data: ReportData, layout: FigureLayout): TopLevelSpec {
  const losses = rowsOf(data, ({ losses }) => losses.map(({ step, loss }) => [step, loss]));
  const accuracies = rowsOf(data, ({ evaluations }) =>
    evaluations.length < 2 ? [] : evaluations.map(({ step, top1 }) => [step, top1]),
  );
  const lookOf = looksOf(data);
  const columns = layout.direction === 'row' ? 2 : 1;
  const count = Math.min(columns, data.tasks.length);
  const width = layout.width / count - 58;
  const panels = [
    { rows: losses, axis: { ...lossAxis, isLog: spansFactors(losses) } },
    { rows: accuracies, axis: accuracyAxis },
  ].flatMap(({ rows, axis }) =>
    data.tasks.flatMap((task): Spec[] => {
      const own = ofTask(rows, task);
      const title = taskInWords(task, data.tasks);
      const isFew = ofTask(data.groups, task).every(({ runs }) => runs.length <= mostSingle);
      return own.length === 0 ? [] : [panel(data, own, { title, axis, width, isFew })];
    }),
  );
  return completeFigure(
    data,
    {
      params: [
        { name: 'arms', value: data.arms.map((arm) => ({ arm, ...lookOf(arm) })) },
        {
          name: 'smoothings',
          value: ['none', ...lossAxis.windows.map((points) => `over ${2 * points + 1} points`)],
        },
        { name: 'hidden', value: [] },
        { name: 'smoothing', value: 0 },
      ],
      vconcat: [
        { concat: panels, columns: count, spacing: { row: 84, column: 62 }, bounds: 'flush' },
        legend(inColumns(key(data), columns), (layout.width - 40) / columns),
      ],
      spacing: 20,
    },
    'Learning curves',
    layout.width,
  );
}

/** Whether there is anything to draw. */
export const hasCurves = ({ groups }: ReportData): boolean =>
  groups.some(({ runs }) =>
    runs.some(({ losses, evaluations }) => losses.length > 1 || evaluations.length > 1),
  );

const marks = {
  band: { type: 'area', opacity: 0.16 },
  single: { type: 'line', strokeWidth: 0.8, opacity: 0.4 },
  mean: { type: 'line', strokeWidth: 2 },
} satisfies Record<string, Spec>;

function panel(
  data: ReportData,
  rows: readonly CurveRow[],
  { title, axis, width, isFew }: { title: string; axis: Axis; width: number; isFew: boolean },
): Spec {
  const color = bySeries(data, 'colour');
  const ofArms = ['series', 'step'];
  const y = (field: string): Spec => ({
    field,
    type: 'quantitative',
    scale: axis.isLog === true ? { type: 'log', nice: false } : { zero: true },
    axis: { title: `${axis.title}${axis.isLog === true ? ', log scale' : ''}`, tickCount: 6 },
  });
  const told = { tooltip: { field: 'told', type: 'nominal' } };
  return {
    title: panelTitle(title),
    width,
    height: 220,
    data: { values: rows },
    transform: [{ filter: 'indexof(hidden, datum.series) < 0' }, ...smoothed(axis)],
    encoding: {
      x: { field: 'step', type: 'quantitative', axis: { title: 'step', tickCount: 5, grid: false } },
      color,
    },
    layer: [
      {
        transform: [
          {
            aggregate: [
              { op: 'min', field: 'shown', as: 'low' },
              { op: 'max', field: 'shown', as: 'high' },
            ],
            groupby: ofArms,
          },
        ],
        mark: marks.band,
        encoding: { y: y('low'), y2: { field: 'high' } },
      },
      ...(isFew
        ? [
            {
              transform: [{ calculate: "datum.series + ', run ' + datum.run", as: 'told' }],
              mark: { ...marks.single, tooltip: true },
              encoding: { y: y('shown'), detail: { field: 'run', type: 'nominal' }, ...told },
            },
          ]
        : []),
      {
        transform: [
          {
            aggregate: [
              { op: 'mean', field: 'shown', as: 'mean' },
              { op: 'count', as: 'runs' },
            ],
            groupby: ofArms,
          },
          { calculate: "datum.series + ': mean of ' + datum.runs + ' runs'", as: 'told' },
        ],
        mark: { ...marks.mean, tooltip: true },
        encoding: { y: y('mean'), strokeDash: bySeries(data, 'dash'), ...told },
      },
    ],
  };
}

/** The value that is drawn: as it is, or the mean of the points around it, as the reader chooses. */
function smoothed({ windows }: Axis): Spec[] {
  const means = windows.map((points, index): Spec => ({
    window: [{ op: 'mean', field: 'value', as: `smoothed${index + 1}` }],
    frame: [-points, points],
    groupby: ['run'],
    sort: [{ field: 'step' }],
  }));
  const choice = windows.reduceRight(
    (rest, _, index) => `smoothing === ${index + 1} ? datum.smoothed${index + 1} : ${rest}`,
    'datum.value',
  );
  return [...means, { calculate: choice, as: 'shown' }];
}

function spansFactors(rows: readonly CurveRow[]): boolean {
  const values = rows.map(({ value }) => value);
  return rows.length > 0 && smallest(values) > 0 && largest(values) / smallest(values) >= logFrom;
}

function key(data: ReportData): LegendEntry[] {
  const lookOf = looksOf(data);
  const arms = data.arms.map((arm): LegendEntry => {
    const { colour, dash } = lookOf(arm);
    const text = data.arms.length === 1 ? 'Mean of the runs' : arm;
    return { samples: [{ mark: marks.mean, colour, dash }], text };
  });
  return [
    ...arms,
    {
      samples: [{ mark: { ...marks.band, type: 'rule', stroke: ink, strokeWidth: 10 } }],
      text: 'Band: all runs of an arm',
    },
  ];
}

function rowsOf(
  { groups }: ReportData,
  pick: (run: ReportData['groups'][number]['runs'][number]) => [step: number, value: number][],
): CurveRow[] {
  return groups.flatMap(({ arm, dataset, shots, runs }) =>
    runs.flatMap((run) =>
      pick(run).map(([step, value]) => {
        const at = { step, value: Number(value.toPrecision(4)) };
        return { series: arm, run: run.id, dataset, shots, ...at };
      }),
    ),
  );
}

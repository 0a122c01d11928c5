import type { TopLevelSpec } from 'vega-lite';
import { legend, type LegendEntry } from './figureLegend.ts';
import { type FigureLayout, accuracyAxis, completeFigure, panelTitle } from './figureParts.ts';
import { ownRows, type FigureRow } from './figureRows.ts';
import { sourceLooks } from './figureSources.ts';
import { bySeries, looksOf } from './figureLooks.ts';
import { marks, type Spec } from './figureStyle.ts';
import type { ReportData } from './reportData.ts';
import { ofTask, taskInWords, type Task } from './task.ts';

/** Every run beside the next, with our mean and the published numbers across. */
export function figureScatter(data: ReportData, layout: FigureLayout): TopLevelSpec {
  const sideBySide = layout.direction === 'row';
  const count = sideBySide ? Math.min(2, data.tasks.length) : 1;
  const width = layout.width / count - 58;
  return completeFigure(
    data,
    {
      vconcat: [
        {
          concat: data.tasks.map((task) => panel(data, task, width)),
          columns: count,
          spacing: { row: 84, column: 62 },
          bounds: 'flush',
        },
        key(data, layout),
      ],
      spacing: 20,
    },
    'Single runs, with their means and what was published',
    layout.width,
  );
}

/** Of more arms the runs would hide each other; the first figure shows them, too. */
const mostArms = 4;

/** Whether there is anything to draw, and to compare it with. */
export const hasScatter = ({ arms, groups, published }: ReportData): boolean =>
  arms.length <= mostArms && published.length > 0 && groups.some(({ runs }) => runs.length > 0);

const rule = { type: 'rule', strokeWidth: 1.8 };

function panel(data: ReportData, task: Task, width: number): Spec {
  const runs = ofTask(ownRows(data), task).filter((row) => row.kind === 'run');
  const published = ofTask(data.published, task);
  const groups = ofTask(data.groups, task).filter((group) => group.summary !== undefined);
  const looks = sourceLooks(data);
  const lookOf = looksOf(data);
  const across: { row: FigureRow; colour: string; dash: number[] }[] = [
    ...groups.map(({ arm, network, summary }) => ({
      row: {
        kind: 'mean' as const,
        series: arm,
        ...task,
        column: network,
        top1: summary!.mean,
        label: `${arm}: mean ${summary!.mean.toFixed(2)} % of ${summary!.n} runs`,
      },
      colour: lookOf(arm).colour,
      dash: [1, 0],
    })),
    ...published.map(({ source, model, headline }) => ({
      row: {
        kind: 'mean' as const,
        series: source,
        ...task,
        column: model,
        top1: headline.top1,
        label: `${looks.get(source)!.label}, ${model}: ${headline.reducer} ${headline.top1} %`,
      },
      colour: looks.get(source)!.colour,
      dash: looks.get(source)!.dash,
    })),
  ];
  return {
    title: panelTitle(taskInWords(task, data.tasks)),
    width,
    height: 240,
    encoding: { y: accuracyAxis([...runs, ...across.map(({ row }) => row)]) },
    layer: [
      ...across.map(({ row, colour, dash }): Spec => ({
        data: { values: [row] },
        mark: { ...rule, color: colour, strokeDash: dash, tooltip: true },
        encoding: { tooltip: { field: 'label', type: 'nominal' } },
      })),
      {
        data: { values: runs },
        mark: { ...marks.run, tooltip: true },
        encoding: {
          x: { field: 'seed', type: 'ordinal', axis: { title: 'seed', labelAngle: 0, labelOverlap: true } },
          xOffset: { field: 'series', type: 'nominal', scale: { domain: data.arms, paddingOuter: 0.5 } },
          color: bySeries(data, 'colour'),
          shape: bySeries(data, 'shape'),
          tooltip: { field: 'label', type: 'nominal' },
        },
      },
    ],
  };
}

function key(data: ReportData, { direction, width }: FigureLayout): Spec {
  const lookOf = looksOf(data);
  const ours = data.arms.map((text): LegendEntry => {
    const { colour, shape } = lookOf(text);
    return {
      samples: [
        { mark: rule, colour },
        { mark: marks.run, colour, shape },
      ],
      text: `${text}: runs, and their mean`,
    };
  });
  const reducers = new Map(data.published.map(({ source, headline }) => [source, headline.reducer]));
  const theirs = [...sourceLooks(data)].flatMap(([source, { title, colour, dash }]): LegendEntry[] => {
    const reducer = reducers.get(source);
    if (reducer === undefined) return [];
    return [{ samples: [{ mark: rule, colour, dash }], text: `${title}: ${reducer}` }];
  });
  return direction === 'row'
    ? legend([ours, theirs], width / 2 - 20)
    : legend([[...ours, ...theirs]], width - 20);
}

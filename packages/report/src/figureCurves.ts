import type { TopLevelSpec } from 'vega-lite';
import { legend } from './figureLegend.ts';
import { type FigureLayout, completeFigure, panelTitle } from './figureParts.ts';
import { armLook, type Spec } from './figureStyle.ts';
import type { ReportData } from './reportData.ts';
import { ofTask, taskInWords, type Task } from './task.ts';

interface CurveRow extends Task {
  arm: string;
  run: string;
  step: number;
  value: number;
}

const lossAxis = 'loss of the training batch, nats';
const accuracyAxis = 'top-1 accuracy, %';

/** How the loss fell, and where it was looked at on the way how the accuracy rose: a line for each run. */
export function figureCurves(data: ReportData, layout: FigureLayout): TopLevelSpec {
  const losses = rowsOf(data, ({ losses }) => losses.map(({ step, loss }) => [step, loss]));
  const accuracies = rowsOf(data, ({ evaluations }) =>
    evaluations.length < 2 ? [] : evaluations.map(({ step, top1 }) => [step, top1]),
  );
  const sideBySide = layout.direction === 'row';
  const count = sideBySide ? Math.min(2, data.tasks.length) : 1;
  const width = layout.width / count - 58;
  const panels = [
    { rows: losses, axis: lossAxis },
    { rows: accuracies, axis: accuracyAxis },
  ].flatMap(({ rows, axis }) =>
    data.tasks.flatMap((task): Spec[] => {
      const own = ofTask(rows, task);
      const title = taskInWords(task, data.tasks);
      return own.length === 0 ? [] : [panel(data, own, { title, axis, width })];
    }),
  );
  return completeFigure(
    data,
    {
      vconcat: [
        { concat: panels, columns: count, spacing: 62, bounds: 'flush' },
        legend(
          [
            data.arms.map((arm, index) => ({
              samples: [{ mark: line, colour: armLook(index).colour }],
              text: data.arms.length === 1 ? 'One run of this report' : `${arm}: one run`,
            })),
          ],
          layout.width - 40,
        ),
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

const line: Spec = { type: 'line', strokeWidth: 1.3, opacity: 0.75 };

function panel(
  { arms }: ReportData,
  rows: readonly CurveRow[],
  { title, axis, width }: { title: string; axis: string; width: number },
): Spec {
  return {
    title: panelTitle(title),
    width,
    height: 220,
    data: { values: rows },
    mark: { ...line, tooltip: true },
    encoding: {
      x: { field: 'step', type: 'quantitative', axis: { title: 'step', tickCount: 5, grid: false } },
      y: { field: 'value', type: 'quantitative', axis: { title: axis, tickCount: 6 } },
      detail: { field: 'run', type: 'nominal' },
      color: {
        field: 'arm',
        type: 'nominal',
        legend: null,
        scale: { domain: arms, range: arms.map((_, index) => armLook(index).colour) },
      },
      tooltip: { field: 'run', type: 'nominal' },
    },
  };
}

function rowsOf(
  { groups }: ReportData,
  pick: (run: ReportData['groups'][number]['runs'][number]) => [step: number, value: number][],
): CurveRow[] {
  return groups.flatMap(({ arm, dataset, shots, runs }) =>
    runs.flatMap((run) =>
      pick(run).map(([step, value]) => {
        const at = { step, value: Number(value.toFixed(4)) };
        return { arm, run: run.id, dataset, shots, ...at };
      }),
    ),
  );
}

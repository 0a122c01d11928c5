import type { TopLevelSpec } from 'vega-lite';
import { largest } from '@bit-repro/artifacts';
import { completeFigure, stackedByTask, type FigureLayout } from './figureParts.ts';
import { sourceLooks } from './figureSources.ts';
import { looksOf } from './figureLooks.ts';
import { ink, marks, type Spec } from './figureStyle.ts';
import { written } from './ledger.ts';
import { codeOf } from './reducers.ts';
import type { ReportData } from './reportData.ts';
import type { Task } from './task.ts';

interface VerdictRow extends Task {
  /** What stands above the interval. */
  row: string;
  colour: string;
  difference: number;
  low: number;
  high: number;
  margin: number;
  tooltip: string;
}

const rowHeight = 46;
/** Of the interval below the middle of its row, and of its words above. */
const [lowered, raised] = [9, -12];

/** The difference of each judged set of runs from what was published: its interval, and the margin around zero. */
export function figureVerdict(data: ReportData, { width }: FigureLayout): TopLevelSpec {
  const rows = rowsOf(data);
  const reach = 1.06 * largest(rows.flatMap(({ low, high, margin }) => [-low, high, margin]));
  return completeFigure(
    data,
    stackedByTask(data.tasks, rows, (members, isLast) =>
      panel(members, { reach, width: width - 40, isLast }),
    ),
    'How far the runs are from the paper: interval, and margin (grey)',
    width,
  );
}

/** Whether runs were judged. */
export const hasVerdicts = (data: ReportData): boolean => rowsOf(data).length > 0;

function panel(
  rows: readonly VerdictRow[],
  { reach, width, isLast }: { reach: number; width: number; isLast: boolean },
): Spec {
  const y: Spec = { field: 'row', type: 'nominal', sort: null, axis: null };
  const x = (field: keyof VerdictRow | 'least' | 'zero'): Spec => ({ field, type: 'quantitative' });
  const own: Spec = {
    color: { field: 'colour', type: 'nominal', legend: null, scale: null },
    tooltip: { field: 'tooltip', type: 'nominal' },
  };
  const at = { yOffset: lowered, tooltip: true };
  return {
    width,
    height: rowHeight * rows.length,
    data: { values: rows.map((row) => ({ ...row, least: -row.margin, zero: 0 })) },
    encoding: {
      y,
      x: {
        ...x('difference'),
        scale: { domain: [-reach, reach], nice: false },
        axis: isLast ? { title: 'difference from the paper, points', grid: false, tickCount: 7 } : null,
      },
    },
    layer: [
      {
        mark: { ...at, type: 'rule', strokeWidth: 15, stroke: '#8a939e', opacity: 0.3 },
        encoding: { y, x: x('least'), x2: { field: 'margin' } },
      },
      {
        mark: { ...at, type: 'tick', orient: 'vertical', size: 21, thickness: 1.2, color: ink, opacity: 0.7 },
        encoding: { y, x: x('zero') },
      },
      {
        mark: { ...at, type: 'rule', strokeWidth: 2.4 },
        encoding: { y, x: x('low'), x2: { field: 'high' }, ...own },
      },
      { mark: { ...marks.run, ...at }, encoding: { y, x: x('difference'), ...own } },
      {
        mark: {
          type: 'text',
          align: 'left',
          baseline: 'middle',
          dy: raised,
          fontSize: 11,
          color: ink,
          limit: width,
        },
        encoding: { y, x: { value: 0 }, text: { field: 'row' } },
      },
    ],
  };
}

function rowsOf(data: ReportData): VerdictRow[] {
  const looks = sourceLooks(data);
  const lookOf = looksOf(data);
  const hasSeveral = new Set(data.verdicts.map(({ model }) => model)).size > 1;
  return data.verdicts.flatMap(({ who, model, dataset, shots, n, claim, judgement }): VerdictRow[] => {
    if (judgement === undefined || judgement.difference.kind === 'refused') return [];
    const { value, low, high } = judgement.difference;
    const [name, colour] =
      'arm' in who
        ? [who.arm, lookOf(who.arm).colour]
        : [
            `${hasSeveral ? `${model}, ` : ''}${looks.get(who.control)!.title}, control`,
            looks.get(who.control)!.colour,
          ];
    const word = written(codeOf(judgement.verdict), 'arm' in who ? 'verdict' : 'control');
    const row = `${name}, ${n} runs: ${word}`;
    const [at, from, to] = [value, low, high].map((one) => written(one, 'signed-tenths'));
    const tooltip = `${row}, ${at!} points [${from!}, ${to!}], margin ±${claim.margin}`;
    const { margin } = claim;
    return [{ dataset, shots, row, colour, difference: value, low, high, margin, tooltip }];
  });
}

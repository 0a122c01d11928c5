import type { TopLevelSpec } from 'vega-lite';
import { largest, smallest } from '@bit-repro/artifacts';
import type { Comparison } from './armComparisons.ts';
import { completeFigure, stackedByTask, wrapLines, type FigureLayout } from './figureParts.ts';
import { differenceColour, ink, marks, type Spec } from './figureStyle.ts';
import { written } from './ledger.ts';
import type { ReportData } from './reportData.ts';

/** More would be taller than anyone reads; the table has all. */
export const mostDifferences = 40;

interface DifferenceRow {
  /** Its place in the panel. */
  row: number;
  /** What stands above it, line by line. */
  words: string[];
  mean: number;
  low?: number;
  high?: number;
  tooltip: string;
}

interface SeedDot {
  row: number;
  difference: number;
  tooltip: string;
}

const fontSize = 11;
const lineHeight = 14;

/** Every comparison of arms: its single seeds, their mean, and its interval, on one axis around no difference. */
export function figureDifferences(data: ReportData, { width }: FigureLayout): TopLevelSpec {
  const shown = data.comparisons.slice(0, mostDifferences);
  const axisWidth = width - 40;
  const domain = domainOf(shown);
  return completeFigure(
    data,
    stackedByTask(data.tasks, shown, (members, isLast) =>
      panel(members, { domain, width: axisWidth, isLast }),
    ),
    'How the arms differ, seed by seed',
    width,
  );
}

/** Whether arms were compared. */
export const hasDifferences = ({ comparisons }: ReportData): boolean => comparisons.length > 0;

/** Everything that is drawn, and no difference, with a little room. */
function domainOf(comparisons: readonly Comparison[]): [number, number] {
  const all = comparisons.flatMap(({ seeds, interval }) => [
    ...seeds.map(({ difference }) => difference),
    ...(interval === undefined ? [] : [interval.low, interval.high]),
  ]);
  const [least, most] = [Math.min(0, smallest(all)), Math.max(0, largest(all))];
  const room = 0.05 * (most - least) || 1;
  return [least - room, most + room];
}

function panel(
  comparisons: readonly Comparison[],
  { domain, width, isLast }: { domain: [number, number]; width: number; isLast: boolean },
): Spec {
  const rows = comparisons.map((comparison, row) => rowOf(comparison, row, width));
  const dots = comparisons.flatMap(dotsOf);
  const lines = largest(rows.map(({ words }) => words.length));
  const rowHeight = lineHeight * lines + 42;
  const [ofInterval, ofDots] = [rowHeight / 2 - 28, rowHeight / 2 - 16];
  const x = (field: keyof DifferenceRow | keyof SeedDot): Spec => ({ field, type: 'quantitative' });
  const told: Spec = { tooltip: { field: 'tooltip', type: 'nominal' } };
  return {
    width,
    height: rowHeight * rows.length,
    encoding: {
      y: {
        field: 'row',
        type: 'ordinal',
        axis: null,
        scale: { domain: rows.map(({ row }) => row), padding: 0 },
      },
      x: {
        type: 'quantitative',
        scale: { domain, nice: false },
        axis: isLast ? { title: 'difference of top-1 accuracy, points', tickCount: 7 } : null,
      },
    },
    layer: [
      {
        data: { values: rows },
        mark: {
          type: 'tick',
          orient: 'vertical',
          size: 30,
          thickness: 1.2,
          color: ink,
          opacity: 0.6,
          yOffset: (ofInterval + ofDots) / 2,
        },
        encoding: { x: { datum: 0 } },
      },
      {
        data: { values: dots },
        mark: {
          ...marks.run,
          size: 34,
          opacity: 0.75,
          color: differenceColour,
          yOffset: ofDots,
          tooltip: true,
        },
        encoding: { x: x('difference'), ...told },
      },
      {
        data: { values: rows },
        mark: { type: 'rule', stroke: ink, strokeWidth: 2.4, yOffset: ofInterval, tooltip: true },
        encoding: { x: x('low'), x2: { field: 'high' }, ...told },
      },
      {
        data: { values: rows },
        mark: { ...marks.run, color: ink, yOffset: ofInterval, tooltip: true },
        encoding: { x: x('mean'), ...told },
      },
      {
        data: { values: rows },
        mark: {
          type: 'text',
          align: 'left',
          baseline: 'top',
          dy: 4 - rowHeight / 2,
          fontSize,
          lineHeight,
          color: ink,
        },
        encoding: { x: { value: 0 }, text: { field: 'words' } },
      },
    ],
  };
}

function rowOf(
  { title, mean, interval, seeds, outcome }: Comparison,
  row: number,
  width: number,
): DifferenceRow {
  const [at, low, high] = [mean, interval?.low ?? null, interval?.high ?? null].map((value) =>
    written(value, 'signed'),
  );
  const words = `${title}: ${outcome}`;
  return {
    row,
    words: wrapLines(words, { width, fontSize }),
    mean,
    ...interval,
    tooltip: `${words}, ${at!} points [${low!}, ${high!}] in ${seeds.length} seeds`,
  };
}

const dotsOf = ({ title, seeds }: Comparison, row: number): SeedDot[] =>
  seeds.map(({ seed, difference }) => ({
    row,
    difference,
    tooltip: `${title}, seed ${seed}: ${written(difference, 'signed')} points`,
  }));

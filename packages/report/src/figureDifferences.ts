import type { TopLevelSpec } from 'vega-lite';
import { largest, smallest } from '@bit-repro/artifacts';
import type { Comparison } from './armComparisons.ts';
import { completeFigure, stackedByTask, type FigureLayout } from './figureParts.ts';
import { swarm } from './swarm.ts';
import { wrapLines } from './wrapLines.ts';
import { ink, marks, type Spec } from './figureStyle.ts';
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
  /** Of its row, and aside from dots that it would hide. */
  row: number;
  difference: number;
  tooltip: string;
}

/** Of the dot of a seed, with its rim. */
const dotDiameter = 7;
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
  const lines = largest(rows.map(({ words }) => words.length));
  const rowHeight = lineHeight * lines + 46;
  const [ofInterval, ofDots] = [rowHeight / 2 - 34, rowHeight / 2 - 17];
  const [least, most] = domain;
  const dots = comparisons.flatMap((comparison, row) => {
    const along = comparison.seeds.map(({ difference }) => ((difference - least) / (most - least)) * width);
    const aside = swarm(along, { diameter: dotDiameter, room: 9 });
    return dotsOf(comparison).map((dot, index): SeedDot => ({
      ...dot,
      row: row + aside[index]! / rowHeight,
    }));
  });
  const x = (field: keyof DifferenceRow | keyof SeedDot): Spec => ({ field, type: 'quantitative' });
  const told: Spec = { tooltip: { field: 'tooltip', type: 'nominal' } };
  return {
    width,
    height: rowHeight * rows.length,
    encoding: {
      y: {
        field: 'row',
        type: 'quantitative',
        axis: null,
        scale: { domain: [rows.length - 0.5, -0.5], nice: false },
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
          opacity: 0.55,
          color: ink,
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

const dotsOf = ({ title, seeds }: Comparison): Omit<SeedDot, 'row'>[] =>
  seeds.map(({ seed, difference }) => ({
    difference,
    tooltip: `${title}, seed ${seed}: ${written(difference, 'signed')} points`,
  }));

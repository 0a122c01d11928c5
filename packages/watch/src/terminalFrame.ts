import { inSeconds, largest, smallest } from '@bit-repro/artifacts';
import { apart, bar, percentOf, shortened } from '@bit-repro/terminal';
import type { Point } from './runCurve.ts';
import type { RunRow } from './runRow.ts';
import type { Totals } from './totals.ts';

/** What is shown of a store in a terminal. */
export interface TerminalContent {
  rows: readonly RunRow[];
  totals: Totals;
  /** The losses of running runs by their id. */
  losses: ReadonlyMap<string, readonly Point[]>;
  problem?: string | undefined;
}

const marks = '▁▂▃▄▅▆▇█';

/** Values as a line of `columns` marks, each for the mean of its share of them. */
export function sparkline(values: readonly number[], columns: number): string {
  const finite = values.filter(Number.isFinite);
  const count = Math.min(columns, finite.length);
  const means = Array.from({ length: count }, (_, index) => {
    const part = finite.slice(
      Math.floor((index * finite.length) / count),
      Math.floor(((index + 1) * finite.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const [low, high] = [smallest(means), largest(means)];
  const heightOf = (mean: number): number =>
    high > low ? Math.round(((mean - low) / (high - low)) * (marks.length - 1)) : 0;
  return means.map((mean) => marks[heightOf(mean)]).join('');
}

export const isActive = ({ state }: RunRow): boolean => state === 'running' || state === 'silent';

/** The store in at most `height` lines of `columns`: what runs, what went wrong, and a line for all. */
export function terminalFrame(content: TerminalContent, columns: number, height: number): string[] {
  const active = content.rows.filter(isActive);
  const wrong = content.rows.filter(({ reason }) => reason !== undefined);
  const room = Math.max(0, height - 1 - (content.problem === undefined ? 0 : 1));
  const lines = [
    ...some(active, wrong.length === 0 ? room : Math.max(1, room - Math.min(4, wrong.length)), 'running').map(
      (row) => (typeof row === 'string' ? row : activeLine(row, content.losses.get(row.id) ?? [], columns)),
    ),
  ];
  lines.push(
    ...some(wrong, room - lines.length, 'that need a look').map((row) =>
      typeof row === 'string' ? row : `${row.state}  ${row.id}: ${row.reason ?? ''}`,
    ),
  );
  return [
    ...lines,
    ...(content.problem === undefined ? [] : [content.problem]),
    totalLine(content.totals, columns),
  ];
}

/** As many rows as fit, and then how many there are more. */
function some(rows: readonly RunRow[], room: number, what: string): (RunRow | string)[] {
  if (rows.length <= room) return [...rows];
  if (room <= 0) return [];
  return [...rows.slice(0, room - 1), `      and ${rows.length - room + 1} more ${what}`];
}

function activeLine(row: RunRow, losses: readonly Point[], columns: number): string {
  const { step = 0, steps = 1, loss, evaluating, left } = row;
  const [barColumns, sparkColumns] = columns >= 110 ? [20, 20] : columns >= 76 ? [10, 12] : [0, 8];
  const begin = barColumns === 0 ? percentOf(step / steps) : bar(step / steps, barColumns);
  const spark = sparkline(
    losses.map(([, value]) => value),
    sparkColumns,
  ).padEnd(sparkColumns);
  const score = loss === undefined || columns < 76 ? '' : `loss ${loss.toFixed(4)}`;
  const doing =
    row.state === 'silent'
      ? 'silent'
      : evaluating !== undefined
        ? `evaluating${percentOf(evaluating)}`
        : left === undefined
          ? ''
          : `${inSeconds(left)} left`;
  const end = apart(spark, score, doing.padEnd(15));
  const room = Math.max(8, columns - apart(begin, end).length - 2);
  return apart(begin, shortened(nameOf(row), room).padEnd(room), end).trimEnd();
}

const nameOf = ({ id, arm, task, seed }: RunRow): string =>
  arm === undefined ? id : `${arm} ${task ?? ''} seed ${seed ?? ''}`;

function totalLine({ runs, counts, left }: Totals, columns: number): string {
  const done = counts.done ?? 0;
  const others = Object.entries(counts).filter(([state]) => state !== 'done');
  const words = [
    `${done} of ${runs} done`,
    ...(left === undefined ? [] : [`about ${inSeconds(left)} left`]),
    ...others.map(([state, count]) => `${count} ${state}`),
  ].join(', ');
  const share = runs === 0 ? 0 : done / runs;
  return apart(columns >= 76 ? bar(share, columns >= 110 ? 20 : 10) : percentOf(share), words);
}

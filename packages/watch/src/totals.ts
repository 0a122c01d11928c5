import type { RunRow, WatchedState } from './runRow.ts';

/** How many runs are in which state, and how long the rest will take. */
export interface Totals {
  runs: number;
  counts: Partial<Record<WatchedState, number>>;
  /** Seconds until all are over, estimated; absent if nothing runs or it is not known yet. */
  left?: number;
}

export function totalsOf(rows: Iterable<RunRow>): Totals {
  const all = [...rows];
  const counts: Totals['counts'] = {};
  for (const { state } of all) counts[state] = (counts[state] ?? 0) + 1;
  const left = leftOf(all);
  return { runs: all.length, counts, ...(left !== undefined && { left }) };
}

/** The runs that wait are taken to last as long as the others of their experiment, and to be as many at a time as now. */
function leftOf(rows: readonly RunRow[]): number | undefined {
  const running = rows.filter(({ state }) => state === 'running');
  const lefts = running.flatMap(({ left }) => left ?? []);
  if (running.length === 0 || lefts.length < running.length) return undefined;
  const active = new Set(running.map(({ experiment }) => experiment));
  const pending = rows.filter(
    ({ state, experiment }) => state === 'waiting' || (state === 'planned' && active.has(experiment)),
  );
  const lasting = durations(rows);
  const more = pending.map(({ experiment }) => lasting.get(experiment));
  const sum = [...lefts, ...more].reduce((total, left) => (total ?? NaN) + (left ?? NaN), 0)!;
  return Number.isNaN(sum) ? undefined : Math.max(sum / running.length, ...lefts);
}

/** The mean duration of the runs of each experiment, of those that are done or have an estimate. */
function durations(rows: readonly RunRow[]): Map<string | undefined, number> {
  const sums = new Map<string | undefined, { sum: number; count: number }>();
  for (const { state, experiment, seconds, left } of rows) {
    const whole = state === 'done' ? seconds : left === undefined ? undefined : (seconds ?? 0) + left;
    if (whole === undefined) continue;
    const { sum, count } = sums.get(experiment) ?? { sum: 0, count: 0 };
    sums.set(experiment, { sum: sum + whole, count: count + 1 });
  }
  return new Map([...sums].map(([experiment, { sum, count }]) => [experiment, sum / count]));
}

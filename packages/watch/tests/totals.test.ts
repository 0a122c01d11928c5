import { describe, expect, it } from 'vitest';
import type { RunRow } from '../src/runRow.ts';
import { totalsOf } from '../src/totals.ts';

const row = (state: RunRow['state'], change: Partial<RunRow> = {}): RunRow => ({
  id: 'a-run',
  state,
  experiment: 'one',
  ...change,
});

describe('the time that is left', () => {
  it.each<[string, RunRow[], number | undefined]>([
    ['is unknown if nothing runs', [row('done', { seconds: 10 }), row('planned')], undefined],
    ['is unknown while a pace is', [row('running', { left: 5 }), row('running')], undefined],
    ['is that of the longest run', [row('running', { left: 5 }), row('running', { left: 9 })], 9],
    [
      'counts what waits, as many at a time as run now',
      [
        row('running', { seconds: 4, left: 6 }),
        row('running', { seconds: 4, left: 6 }),
        ...Array<RunRow>(4).fill(row('planned')),
      ],
      26,
    ],
    [
      'takes runs that wait to last as long as those that are done',
      [row('done', { seconds: 20 }), row('running', { seconds: 14, left: 6 }), row('waiting')],
      26,
    ],
    [
      'leaves out plans of experiments that do not run',
      [row('running', { left: 6 }), row('planned', { experiment: 'other' })],
      6,
    ],
    [
      'is unknown if a run waits of which none like it is known',
      [row('running', { left: 6 }), row('waiting', { experiment: 'other' })],
      undefined,
    ],
  ])('%s', (_, rows, left) => {
    expect(totalsOf(rows).left).toBe(left);
  });
});

import { describe, expect, it } from 'vitest';
import { sameInWords, sameResults } from '../src/pullRequest/sameResults.ts';
import type { ReportSummary } from '../src/reportSummary.ts';

type Group = ReportSummary['groups'][number];
type Run = Group['runs'][number];

const run = (seed: number, change: Partial<Run> = {}): Run => ({
  id: `mini-1shot-seed${seed}`,
  seed,
  top1: 50 + seed,
  top5: 90,
  loss: 1.5,
  losses: [{ step: 1, loss: 2.25 }],
  ...change,
});
const group = (...runs: Run[]): Group => ({
  ...{ arm: 'one', network: 'mini', dataset: 'cifar10', shots: 1 },
  runs,
});
const base = group(run(0), run(1), run(2));

describe('results beside those of the base branch', () => {
  it.each<[string, Group | undefined, Group | undefined, string]>([
    ['are identical if the runs are the same', base, base, '3 of 3 results identical'],
    [
      'are identical if only the keys are others',
      group(...base.runs.map((one) => ({ ...one, id: `${one.id}-0000` }))),
      base,
      '3 of 3 results identical',
    ],
    ['are identical whatever the order', group(run(2), run(0), run(1)), base, '3 of 3 results identical'],
    [
      'are not identical if a score differs in its last digit',
      group(run(0), run(1, { top5: 90.01 }), run(2)),
      base,
      '2 of 3 results identical',
    ],
    [
      'are not identical if a loss on the way differs, though the scores do not',
      group(run(0), run(1, { losses: [{ step: 1, loss: 2.2500000000000004 }] }), run(2)),
      base,
      '2 of 3 results identical',
    ],
    [
      'are not identical if one has no losses',
      group({ id: 'x', seed: 0, top1: 50, top5: 90, loss: 1.5 }),
      group(run(0)),
      '0 of 1 results identical',
    ],
    ['have added ones', group(run(0), run(5), run(6)), base, '1 of 1 results identical, 2 new, 2 gone'],
    ['are new', base, undefined, 'new'],
    ['are gone', undefined, base, 'gone'],
  ])('%s', (_, here, before, expected) => {
    expect(sameInWords(here, before)).toBe(expected);
  });

  it('count only runs with a counterpart as identical', () => {
    expect(sameResults(group(run(0), run(9)), base)).toEqual({ identical: 1, compared: 1, of: 2 });
    expect(sameResults(base, undefined)).toEqual({ identical: 0, compared: 0, of: 3 });
  });
});

import { describe, expect, it } from 'vitest';
import {
  compareScores,
  differingFields,
  nearestAmong,
  pairGroups,
  type ComparedRun,
  type RunSummary,
} from '../src/index.ts';
import type { RunSpec } from '../src/store/records.ts';
import { plannedRun, record, runSpec } from '../testing/sampleRuns.ts';

type Settings = Partial<RunSpec['fineTune']>;

/** A finished run of an arm. */
function run(arm: string, top1: number, settings: Settings = {}, change: Partial<RunSpec> = {}): ComparedRun {
  const spec = runSpec({
    ...change,
    arm: { name: arm, title: arm },
    fineTune: { ...runSpec().fineTune, ...settings },
  });
  return { spec, record: { ...record(plannedRun(), top1), spec } };
}
const planned = (arm: string, settings: Settings = {}): ComparedRun => ({
  spec: run(arm, 0, settings).spec,
});

/** Runs of one arm with the seeds 0, 1, ... and these accuracies. */
const seeds = (...accuracies: number[]): ComparedRun[] =>
  accuracies.map((top1, seed) => run('rule', top1, { seed }));

const compared = (one: ComparedRun[], other: ComparedRun[]): ReturnType<typeof compareScores> => {
  const [[left, right]] = pairGroups(one, other).pairs as [ReturnType<typeof pairGroups>['pairs'][number]];
  return compareScores(left, right);
};

describe('arms are compared', () => {
  const namesOf = (one: ComparedRun[], other: ComparedRun[]): unknown => {
    const { pairs, alone } = pairGroups(one, other);
    const name = ({ arm, shots }: { arm: string; shots: unknown }): string => `${arm} ${String(shots)}`;
    return { pairs: pairs.map((pair) => pair.map(name)), alone: alone.map((groups) => groups.map(name)) };
  };

  it.each<[string, ComparedRun[], ComparedRun[], unknown]>([
    [
      'with those of their name',
      [run('a', 1), run('b', 1)],
      [run('b', 1), run('a', 1, { baseLr: 1 })],
      {
        pairs: [
          ['a 1', 'a 1'],
          ['b 1', 'b 1'],
        ],
        alone: [[], []],
      },
    ],
    [
      'under other names with the one of the nearest settings',
      [run('a', 1)],
      [run('x', 1, { baseLr: 1, momentum: 0 }), run('y', 1, { baseLr: 1 })],
      { pairs: [['a 1', 'y 1']], alone: [[], ['x 1']] },
    ],
    [
      'across numbers of shots only where each side has one',
      [run('a', 1)],
      [run('a', 1, { shots: 5 })],
      { pairs: [['a 1', 'a 5']], alone: [[], []] },
    ],
    [
      'not across numbers of shots where there are several',
      [run('a', 1)],
      [run('a', 1, { shots: 5 }), run('b', 1, { shots: 5 })],
      { pairs: [], alone: [['a 1'], ['a 5', 'b 5']] },
    ],
  ])('%s', (_what, one, other, expected) => {
    expect(namesOf(one, other)).toEqual(expected);
  });
});

describe('fields that differ', () => {
  const fieldsOf = (one: ComparedRun[], other: ComparedRun[]): unknown[] =>
    differingFields(pairGroups(one, other).pairs).map(({ aspect, key, values, pairs }) => [
      aspect,
      key,
      ...values,
      pairs,
    ]);

  it('have both values, and what they are about', () => {
    const changed = run('a', 1, { baseLr: 0.001 }, { sources: '2'.repeat(64) });
    expect(fieldsOf([run('a', 1)], [changed])).toEqual([
      ['settings', 'settings.baseLr', [0.003], [0.001], [0]],
      ['code', 'sources', ['1'.repeat(64)], ['2'.repeat(64)], [0]],
    ]);
  });

  it('are told once for all arms in which they differ alike', () => {
    const one = [run('a', 1), run('b', 1), run('c', 1)];
    const other = [run('a', 1, { batch: 1 }), run('b', 1, { batch: 2 }), run('c', 1, { batch: 1 })];
    expect(fieldsOf(one, other)).toEqual([
      ['settings', 'settings.batch', [512], [1], [0, 2]],
      ['settings', 'settings.batch', [512], [2], [1]],
    ]);
  });

  it('are not the seeds', () => {
    expect(fieldsOf([run('a', 1, { seed: 1 })], [run('a', 1, { seed: 2 })])).toEqual([]);
  });

  it('are not the machine of runs that nobody has made', () => {
    expect(fieldsOf([planned('a')], [run('a', 1)])).toEqual([]);
  });

  it('are not checksums of what nobody has fetched', () => {
    const weights = { ...runSpec().weights, sha256: '7'.repeat(64) };
    expect(fieldsOf([planned('a')], [run('a', 1, {}, { weights })])).toEqual([]);
    expect(fieldsOf([run('a', 1)], [run('a', 1, {}, { weights })])).toHaveLength(1);
  });
});

describe('scores', () => {
  it('are compared seed by seed, with Student’s interval of the differences', () => {
    // SciPy: ttest_1samp([1, 2, 3], 0).confidence_interval(0.95)
    const found = compared(seeds(50, 60, 70), seeds(51, 62, 73));
    expect(found).toMatchObject({ paired: 3, identical: 0, runs: [3, 3], top1: [60, 62] });
    expect(found.change).toBeCloseTo(2, 10);
    expect(found.interval!.low).toBeCloseTo(-0.4841377117503304, 9);
    expect(found.interval!.high).toBeCloseTo(4.484137711750331, 9);
  });

  it('of seeds that only one side has are left out where seeds are shared', () => {
    expect(compared(seeds(50, 60), seeds(51, 61, 90))).toMatchObject({ paired: 2, top1: [55, 56] });
  });

  it('without a shared seed are compared as independent samples', () => {
    // SciPy: ttest_ind([51, 62, 73], [50, 60, 70]).confidence_interval(0.95)
    const others = seeds(51, 62, 73).map(({ record: made }, index) =>
      run('rule', 100 * made!.result.final.top1, { seed: 10 + index }),
    );
    const found = compared(seeds(50, 60, 70), others);
    expect(found).toMatchObject({ paired: 0, runs: [3, 3] });
    expect(found.interval!.low).toBeCloseTo(-21.83003063574104, 9);
    expect(found.interval!.high).toBeCloseTo(25.83003063574104, 9);
  });

  it('on other training images are no pair', () => {
    const [one] = seeds(50);
    const subset = { indices: [1, 2], labels: [0, 1] };
    const other = { ...one!, record: { ...one!.record!, result: { ...one!.record!.result, subset } } };
    expect(compared([one!], [other])).toMatchObject({ paired: 0 });
  });

  it('of a single pair have no interval', () => {
    const { change, interval } = compared(seeds(50), seeds(51));
    expect(change).toBeCloseTo(1, 10);
    expect(interval).toBeUndefined();
  });

  it('that are the same to the bit are counted', () => {
    expect(compared(seeds(50, 60), seeds(50, 61))).toMatchObject({ paired: 2, identical: 1 });
  });

  it('of runs that nobody has made are absent', () => {
    const found = compared([planned('rule')], seeds(50));
    expect(found).toMatchObject({ runs: [0, 1], top1: [undefined, 50], paired: 0 });
    expect(found.change).toBeUndefined();
  });
});

describe('the nearest finished run', () => {
  /** In the list of a store, if it finished on this day. */
  const done = (settings: Settings, day = 1, change: Partial<RunSpec> = {}): RunSummary => {
    const { spec, record: made } = run('rule', 50, settings, change);
    const { final } = made!.result;
    const timing = { ...made!.timing, finishedAt: `2026-01-0${day}T00:00:00.000Z` };
    const id = JSON.stringify(settings);
    return { id, folder: '', state: 'done', spec, git: made!.provenance.git, final, timing, isSealed: true };
  };
  const nearest = (...runs: RunSummary[]): unknown => {
    const found = nearestAmong(runs)(runSpec());
    return found && [found.run.timing.finishedAt.slice(8, 10), found.differences.map(({ key }) => key)];
  };

  it.each<[string, RunSummary[], unknown]>([
    [
      'differs in the fewest fields',
      [done({ baseLr: 1, batch: 1 }, 1), done({ batch: 1 }, 2), done({ batch: 1, seed: 5 }, 3)],
      ['02', ['settings.batch']],
    ],
    ['is the latest of several', [done({ batch: 1 }, 2), done({ batch: 2 }, 1)], ['02', ['settings.batch']]],
    ['is not one that is not finished', [{ id: 'a', folder: '', state: 'interrupted' }], undefined],
  ])('%s', (_what, runs, expected) => {
    expect(nearest(...runs)).toEqual(expected);
  });

  it('tells settings first, and no names', () => {
    const weights = { ...runSpec().weights, title: 'another title' };
    const other = done({ batch: 1 }, 1, { sources: '2'.repeat(64), weights, experiment: 'another' });
    expect(nearest(other)).toEqual(['01', ['settings.batch', 'sources']]);
  });

  it('may have a checksum of what was not fetched yet', () => {
    expect(nearest(done({}, 1, { weights: { ...runSpec().weights, sha256: '7'.repeat(64) } }))).toEqual([
      '01',
      [],
    ]);
  });
});

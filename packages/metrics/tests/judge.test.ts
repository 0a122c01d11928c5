import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, lookReached, type Claim, type Interval } from '../src/index.ts';
import { verdictOf } from '../src/judge.ts';
import { fixture, oneShot, runs } from './statisticsFixture.ts';

const interval = (low: number, high: number): Interval => ({ kind: 'interval', low, high, level: 0.952 });

describe('verdictOf', () => {
  it.each([
    ['reproduced', 'lies within the margin', -2, 2.9],
    ['not reproduced', 'lies above the margin', 3.1, 5],
    ['not reproduced', 'lies below the margin', -5, -3.1],
    ['inconclusive', 'reaches from within to above', 2, 4],
    ['inconclusive', 'reaches from within to below', -4, -2],
    ['inconclusive', 'contains all of the margin', -4, 4],
    ['inconclusive', 'ends at the margin', -1, 3],
    ['inconclusive', 'starts at the margin', 3, 5],
  ] as const)('is %s where the interval %s', (verdict, _, low, high) => {
    expect(verdictOf(interval(low, high), 3)).toBe(verdict);
  });
  it('is inconclusive without an interval', () => {
    expect(verdictOf({ kind: 'refused', reason: 'too few' }, 3)).toBe('inconclusive');
  });
  it.each([
    ['49.70', 49.7 - 52.4],
    ['55.10', 55.1 - 52.4],
  ])('counts 52.4 to %s as the margin of 2.7, whichever way it is rounded', (_, difference) => {
    expect(verdictOf(interval(difference, difference), 2.7)).toBe('inconclusive');
  });

  const ends = fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: 0, max: 90 }));
  const margins = fc.integer({ min: 1, max: 100 });
  it('does not depend on the sign of the difference', () => {
    fc.assert(
      fc.property(ends, margins, ([low, length], margin) => {
        expect(verdictOf(interval(-low - length, -low), margin)).toBe(
          verdictOf(interval(low, low + length), margin),
        );
      }),
    );
  });
  it('never falls as the margin grows, so that what is reproduced stays reproduced', () => {
    const order = ['not reproduced', 'inconclusive', 'reproduced'];
    fc.assert(
      fc.property(ends, margins, margins, ([low, length], margin, more) => {
        const [narrow, wide] = [margin, margin + more].map((each) =>
          order.indexOf(verdictOf(interval(low, low + length), each)),
        );
        expect(wide!).toBeGreaterThanOrEqual(narrow!);
      }),
    );
  });
});

describe('judge', () => {
  it.each(fixture.differences)('gives the verdict of SciPy’s interval: $name', (expected) => {
    const { margin } = expected.claim;
    const { low, high } = expected;
    const verdict =
      low > -margin && high < margin
        ? 'reproduced'
        : low > margin || high < -margin
          ? 'not reproduced'
          : 'inconclusive';
    expect(judge(expected.values, expected.claim, expected.alpha).verdict).toBe(verdict);
  });

  const around = (center: number): number[] => [-1, -0.5, 0, 0.5, 1].map((offset) => center + offset);
  const dots: Claim = { ...oneShot, runs: around(52.4) };
  it.each([
    ['reproduced', 'as the published ones', around(52.4)],
    ['not reproduced', 'far above them', around(72.4)],
    ['not reproduced', 'far below them', around(32.4)],
    ['inconclusive', 'at the margin', around(58.5)],
    ['inconclusive', 'too few for an interval', [52.4]],
  ] as const)('is %s for runs %s, by ranks too', (verdict, _, sample) => {
    expect(judge(sample, dots, 0.024)).toMatchObject({ verdict, byRanks: { verdict } });
  });
  it('gives no verdict by ranks where the single published runs are not known', () => {
    const { runs: _, ...unknown } = dots;
    for (const claim of [unknown, { ...dots, runs: [52.4] }, { ...dots, runs: [] }]) {
      expect(judge(around(52.4), claim, 0.024)).not.toHaveProperty('byRanks');
    }
  });
  it('cannot tell of equal runs beside a published number without runs', () => {
    const { runs: _, ...unknown } = dots;
    expect(judge([90, 90, 90, 90, 90], unknown, 0.024).verdict).toBe('inconclusive');
  });
  it('says the same of runs that are all mirrored', () => {
    const mirrored = (sample: readonly number[]): number[] => sample.map((value) => 100 - value);
    fc.assert(
      fc.property(runs({ minLength: 2 }), (sample) => {
        const claim = { ...dots, value: 47.6, runs: mirrored(around(52.4)) };
        expect(judge(mirrored(sample), claim, 0.024).verdict).toBe(judge(sample, dots, 0.024).verdict);
      }),
    );
  });
});

describe('lookReached', () => {
  it.each([
    [0, 4],
    [5, 5],
    [5, 9],
    [20, 39],
    [40, 400],
  ])('is %i at %i runs', (look, count) => {
    expect(lookReached(count, [5, 10, 20, 40])).toBe(look);
  });
});

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import {
  operatingCharacteristics,
  summarise,
  UnusableNumbersError,
  type Decided,
  type Scenario,
} from '../src/index.ts';
import { shapes } from '../src/operatingCharacteristics.ts';
import { fixture, noTails, notFinite, oneShot } from './statisticsFixture.ts';

const replications = 4000;
const seeded = (seed: number): (() => number) => {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
};
const simulated = (scenario: Scenario, seed = 0): Decided[] =>
  operatingCharacteristics(scenario, replications, seeded(seed));
const exact: Scenario = {
  claim: oneShot,
  deviations: { ours: 4, published: 4 },
  shape: 'normal',
  difference: 0,
  alpha: 0.024,
  looks: [5, 10],
};

/** Whether two shares of so many replications are within four standard errors of each other. */
function expectShare(found: number, expected: number, theirs: number): void {
  const error = Math.sqrt(expected * (1 - expected) * (1 / replications + 1 / theirs));
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(4 * error + 1 / replications);
}

describe('operatingCharacteristics', () => {
  it.each(fixture.operating)(
    'agree with NumPy within Monte-Carlo error: $shape runs, SD $deviations.ours and $deviations.published, margin $claim.margin, difference $difference',
    (expected) => {
      simulated(expected).forEach(({ reproduced, notReproduced }, look) => {
        expectShare(reproduced, expected.decided[look]!.reproduced, expected.replications);
        expectShare(notReproduced, expected.decided[look]!.notReproduced, expected.replications);
      });
    },
  );
  it('count what is decided once, at its first look', () => {
    const [five, ten] = simulated(exact);
    expect(ten!.reproduced).toBeGreaterThan(five!.reproduced);
    const sure = simulated({ ...exact, deviations: { ours: 0.1, published: 0.1 } });
    expect(sure).toEqual([5, 10].map((runs) => ({ runs, reproduced: 1, notReproduced: 0 })));
  });
  it('are the same for the same draws, and others for others', () => {
    expect(simulated(exact)).toEqual(simulated(exact));
    expect(simulated(exact, 1)).not.toEqual(simulated(exact));
  });
  it.each([0.01, 0.25, 0.5, 1, 2, 4])(
    'leave a wrong conclusion to no more than 0.06 of normal cases by the last look where our SD is %f of the published',
    (ratio) => {
      const looks = [5, 10, 20, 40];
      const deviations = { ours: 4 * ratio, published: 4 };
      const found = simulated({ ...exact, deviations, difference: oneShot.margin, looks }).at(-1)!;
      const atMost = 0.06 + 2 * Math.sqrt((0.06 * 0.94) / replications);
      expect(found.reproduced).toBeLessThanOrEqual(atMost);
      expect(found.notReproduced).toBeLessThanOrEqual(atMost);
    },
  );
  it('leave a wrong conclusion at a single look to no more than alpha on each side', () => {
    const [once] = simulated({ ...exact, difference: oneShot.margin, looks: [20] });
    for (const share of [once!.reproduced, once!.notReproduced]) {
      expect(share).toBeLessThanOrEqual(0.024 + 4 * Math.sqrt(0.024 / replications));
    }
  });
  it.each([0, 1.5, ...notFinite])('throw for %f replications', (count) => {
    expect(() => operatingCharacteristics(exact, count, seeded(0))).toThrow(UnusableNumbersError);
  });
  it.each(noTails)('throw for %f on each side', (alpha) => {
    expect(() => simulated({ ...exact, alpha })).toThrow(UnusableNumbersError);
  });
  it.each(notFinite)('throw for a deviation or a difference of %f', (odd) => {
    expect(() => simulated({ ...exact, deviations: { ours: odd, published: 4 } })).toThrow(
      UnusableNumbersError,
    );
    expect(() => simulated({ ...exact, deviations: { ours: 4, published: odd } })).toThrow(
      UnusableNumbersError,
    );
    expect(() => simulated({ ...exact, difference: odd })).toThrow(UnusableNumbersError);
  });
});

it('the skewed and the normal draws have mean 0 and variance 1', () => {
  for (const shape of ['normal', 'skewed'] as const) {
    const uniform = seeded(2);
    const { mean, standardDeviation } = summarise(
      Array.from({ length: 20_000 }, () => shapes[shape](uniform)),
    );
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(standardDeviation! - 1)).toBeLessThan(0.03);
  }
});

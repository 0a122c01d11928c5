import { summarise } from '@bit-repro/metrics';
import { expect, it } from 'vitest';
import { loadTarget, targetNames } from '../src/target/loadTarget.ts';

const target = await loadTarget('figure6');

it('all targets are listed', async () => {
  expect(await targetNames()).toContain('figure6');
});

it('an unknown target is refused', async () => {
  await expect(loadTarget('figure7')).rejects.toThrow(/figure7\.yaml/);
});

it('has a median for every network of the figure, and five dots of R50x3, at both numbers of shots', () => {
  const { x, series } = target.figure!;
  const networks = Object.keys(series).flatMap((name) => x.map((place) => `${name}-${place}`));
  expect(Object.keys(series)).toEqual(['BiT-S', 'BiT-M', 'BiT-L']);
  for (const shots of [1, 5]) {
    const claims = target.claims.results.filter((claim) => claim.shots === shots);
    expect(claims.map(({ model }) => model)).toEqual(networks);
    for (const { model, runs = [] } of claims) expect(runs).toHaveLength(model.endsWith('R50x3') ? 5 : 0);
  }
});

it('has dots whose median is the published one, within its reading error', () => {
  for (const { value, readingError, runs } of target.claims.results) {
    if (runs === undefined) continue;
    const { median } = summarise(runs.map((run) => run.value));
    expect(Math.abs(median - value)).toBeLessThanOrEqual(readingError!);
  }
});

it('has the means of 2021 that its runs give', () => {
  for (const { value, runs } of target.series.find(({ source }) => source === 'reproduction-2021')!.results)
    expect(summarise(runs!.map((run) => run.value)).mean).toBeCloseTo(value, 6);
});

it('orders least, median and greatest in the official results', () => {
  for (const { value, range } of target.series.flatMap(({ results }) => results)) {
    const [min, max] = range ?? [0, 100];
    expect([min, value, max]).toEqual([min, value, max].sort((one, other) => one - other));
  }
});

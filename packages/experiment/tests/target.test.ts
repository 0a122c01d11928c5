import { summarise } from '@bit-repro/metrics';
import { expect, it } from 'vitest';
import { datasetOf } from '../src/target/resultAt.ts';
import { loadTarget, targetNames } from '../src/target/loadTarget.ts';

const target = await loadTarget('figure6');

it('all targets are listed', async () => {
  expect(await targetNames()).toContain('figure6');
});

it('an unknown target is refused', async () => {
  await expect(loadTarget('figure7')).rejects.toThrow(/figure7\.yaml/);
});

const claimsOn = (dataset: string, shots: number): typeof target.claims.results =>
  target.claims.results.filter(
    (claim) => claim.shots === shots && datasetOf(claim, target.claims) === dataset,
  );

it.each([
  ['cifar10', 1],
  ['cifar10', 5],
  ['ilsvrc2012', 1],
  ['ilsvrc2012', 5],
])('has a median for every network of the figure on %s with %i shots', (dataset, shots) => {
  const { x, series } = target.figure!;
  const networks = Object.keys(series).flatMap((name) => x.map((place) => `${name}-${place}`));
  expect(Object.keys(series)).toEqual(['BiT-S', 'BiT-M', 'BiT-L']);
  expect(claimsOn(dataset, shots).map(({ model }) => model)).toEqual(networks);
});

it.each([1, 5])('has the five dots of R50x3 on CIFAR-10 with %i shots', (shots) => {
  for (const { model, runs = [] } of claimsOn('cifar10', shots))
    expect(runs).toHaveLength(model.endsWith('R50x3') ? 5 : 0);
});

it('has the least and the greatest dot of every network on ILSVRC-2012 around its median', () => {
  for (const { value, range, readingError } of [...claimsOn('ilsvrc2012', 1), ...claimsOn('ilsvrc2012', 5)]) {
    expect(range![0]).toBeLessThanOrEqual(value + readingError!);
    expect(range![1]).toBeGreaterThanOrEqual(value - readingError!);
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

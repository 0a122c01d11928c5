import { summarise } from '@bit-repro/metrics';
import { expect, it } from 'vitest';
import { loadTarget, targetNames } from '../src/target/loadTarget.ts';

const target = await loadTarget('figure6');

it('lists the targets there are', async () => {
  expect(await targetNames()).toContain('figure6');
});

it('refuses a target that there is not', async () => {
  await expect(loadTarget('figure7')).rejects.toThrow(/figure7\.yaml/);
});

it('has a median for every model, and five dots, in every panel', () => {
  expect(target.figure6.panels.map(({ shots }) => shots)).toEqual([1, 5]);
  for (const { upstreams } of target.figure6.panels) {
    expect(upstreams.map(({ family, released }) => [family, released])).toEqual([
      ['BiT-S', true],
      ['BiT-M', true],
      ['BiT-L', false],
    ]);
    for (const { medians, dots } of upstreams) {
      expect(medians).toHaveLength(target.figure6.models.length);
      expect(dots.R50x3).toHaveLength(5);
    }
  }
});

it('has dots whose median is the published one, within its reading error', () => {
  const column = target.figure6.models.indexOf('R50x3');
  for (const { uncertainty, upstreams } of target.figure6.panels) {
    for (const { medians, dots } of upstreams) {
      const { median } = summarise(dots.R50x3!.map(({ top1 }) => top1));
      expect(Math.abs(median - medians[column]!)).toBeLessThanOrEqual(uncertainty);
    }
  }
});

it('has the means of 2021 that its runs give', () => {
  for (const { mean, runs } of target.reproduction2021.results) {
    expect(summarise(runs.map(({ top1 }) => top1)).mean).toBeCloseTo(mean, 6);
  }
});

it('orders least, median and greatest in the official results', () => {
  for (const { min = 0, median, max = 100 } of target.officialReadme.results) {
    expect([min, median, max]).toEqual([min, median, max].sort((one, other) => one - other));
  }
});

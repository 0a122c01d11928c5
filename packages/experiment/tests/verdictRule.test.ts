import { describe, expect, it } from 'vitest';
import { loadExperiment, validateConfig } from '../src/loadExperiment.ts';
import { claimOf } from '../src/target/claimOf.ts';
import { loadTarget } from '../src/target/loadTarget.ts';
import { marginFor, verdictRuleSchema } from '../src/verdictRule.ts';
import { temporaryFile, valid } from '../testing/experimentFile.ts';

const withRule = (rule: string): Promise<string> =>
  temporaryFile(valid.replace('baseLr: 0.003', `baseLr: 0.003\ntarget: figure6\nverdict: ${rule}`));

it('the looks and the level of a rule have defaults', async () => {
  const { verdict } = await loadExperiment(await withRule('{ margins: [{ shots: 1, points: 6.1 }] }'));
  expect(verdict).toEqual({ alpha: 0.024, looks: [5, 10, 20, 40], margins: [{ shots: 1, points: 6.1 }] });
});

it('a margin that no number of runs can be shown to keep is warned of, with its place and the limit', async () => {
  const { warnings } = await loadExperiment(await withRule('{ margins: [{ shots: 1, points: 3 }] }'));
  expect(warnings).toMatchObject([
    {
      line: 9,
      key: 'verdict.margins.0.points',
      expected: 'at least 5.9 for BiT-M-R50x3, published with 5 runs',
      found: '3',
    },
  ]);
});

it('a margin that enough runs can be shown to keep is not warned of', async () => {
  const { warnings } = await loadExperiment(await withRule('{ margins: [{ shots: 1, points: 6.1 }] }'));
  expect(warnings).toEqual([]);
});

it('looks that do not grow are an error', async () => {
  const file = await withRule('{ looks: [5, 5], margins: [{ shots: 1, points: 6.1 }] }');
  const validation = await validateConfig(file);
  expect(validation.ok ? [] : validation.error.problems).toMatchObject([
    { key: 'verdict.looks', expected: 'numbers that grow' },
  ]);
});

const cifar10 = { dataset: 'cifar10' };
const rule = verdictRuleSchema.parse({ margins: [{ shots: 1, points: 6.1 }] });

it('a claim has the single published runs where they are known, and their number where they are not', async () => {
  const target = await loadTarget('figure6');
  expect(claimOf(target, rule, { ...cifar10, model: 'BiT-M-R50x3', shots: 1 })).toEqual({
    statistic: 'median',
    value: 52.4,
    n: 5,
    runs: [47.9, 50, 52.4, 52.7, 58.6],
    readingError: 0.3,
    margin: 6.1,
  });
  expect(claimOf(target, rule, { ...cifar10, model: 'BiT-M-R101x3', shots: 1 })).toEqual({
    statistic: 'median',
    value: 54.1,
    n: 5,
    readingError: 0.3,
    margin: 6.1,
  });
});

it.each([
  ['without a margin', { ...cifar10, model: 'BiT-M-R50x3', shots: 5 }],
  ['on a data set that the target lacks', { dataset: 'photos', model: 'BiT-M-R50x3', shots: 1 }],
  ['of a network that the target lacks', { ...cifar10, model: 'R50x3', shots: 1 }],
])('there is no claim %s', async (_, place) => {
  expect(claimOf(await loadTarget('figure6'), rule, place)).toBeUndefined();
});

it('there is no claim of a value whose number of runs is not known', async () => {
  const { claims, ...target } = await loadTarget('figure6');
  const { n: _, ...unknown } = claims;
  const found = claimOf({ ...target, claims: unknown }, rule, {
    ...cifar10,
    model: 'BiT-M-R101x3',
    shots: 1,
  });
  expect(found).toBeUndefined();
});

it('a claim has no single runs where the target has only some of them', async () => {
  const { claims, ...target } = await loadTarget('figure6');
  const found = claimOf({ ...target, claims: { ...claims, n: 7 } }, rule, {
    ...cifar10,
    model: 'BiT-M-R50x3',
    shots: 1,
  });
  expect(found).toMatchObject({ n: 7, value: 52.4 });
  expect(found).not.toHaveProperty('runs');
});

describe('the margin for a data set', () => {
  const margins = [
    { shots: 1, points: 6.1 },
    { dataset: 'ilsvrc2012', shots: 1, points: 3.4 },
  ];
  const both = verdictRuleSchema.parse({ margins });

  it.each([
    ['is its own, if it has one', 'ilsvrc2012', 3.4],
    ['is that of all others, if it has none', 'cifar10', 6.1],
  ])('%s', (_, dataset, points) => {
    expect(marginFor(both, { dataset, shots: 1 })?.points).toBe(points);
  });

  it('is none at other shots', () => {
    expect(marginFor(both, { dataset: 'ilsvrc2012', shots: 5 })).toBeUndefined();
  });
});

it('a margin need not exceed the reading errors on data sets that the experiment does not run on', async () => {
  const validation = await validateConfig(await withRule('{ margins: [{ shots: 5, points: 0.5 }] }'));
  expect(validation).toMatchObject({ ok: true });
});

it('a margin must exceed the reading error on the data set of the experiment', async () => {
  const validation = await validateConfig(await withRule('{ margins: [{ shots: 5, points: 0.2 }] }'));
  expect(validation.ok ? [] : validation.error.problems).toMatchObject([
    { key: 'verdict.margins.0.points', expected: 'more than 0.2, the reading error of the published median' },
  ]);
});

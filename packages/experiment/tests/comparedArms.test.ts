import { expect, it } from 'vitest';
import { loadExperiment, validateConfig } from '../src/loadExperiment.ts';
import { temporaryFile, valid } from '../testing/experimentFile.ts';

const two = { arm: 'two', against: 'one' };

const comparing = (compare: string, profile = ''): Promise<string> =>
  temporaryFile(`${valid.replace('profiles:', `${compare}profiles:`)}${profile}`);

it.each([
  ['left to the report where the config has no list', '', '', [undefined, undefined]],
  ['the experiment’s', 'compare: [{ arm: two, against: one }]\n', '', [[two], [two]]],
  [
    'a profile’s own, which may be empty',
    'compare: [{ arm: two, against: one }]\n',
    '    compare: []\n',
    [[two], []],
  ],
])('the pairs that a profile compares are %s', async (_, compare, profile, expected) => {
  const { profiles } = await loadExperiment(await comparing(compare, profile));
  expect(profiles.map((one) => one.compare)).toEqual(expected);
});

it('pairs of the experiment are refused where a profile has other arms', async () => {
  const file = await comparing(
    'compare: [{ arm: two, against: one }]\n',
    '    arms: [{ name: two }, { name: three, baseLr: 0.1 }]\n',
  );
  const validation = await validateConfig(file);
  expect(validation.ok ? [] : validation.error.problems).toMatchObject([
    {
      line: 12,
      key: 'compare.0.against',
      expected: 'one of the arms two, three',
      found: 'one in profile embedded',
    },
  ]);
});

it('pairs may name arms that a grid makes', async () => {
  const file = await temporaryFile(
    valid.replace(
      /arms:[^]*profiles/,
      'grid: { batch: [4, 8] }\ncompare: [{ arm: batch-4, against: batch-8 }]\nprofiles',
    ),
  );
  expect((await loadExperiment(file)).profiles[0]?.compare).toEqual([{ arm: 'batch-4', against: 'batch-8' }]);
});

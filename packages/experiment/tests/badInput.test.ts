import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../src/yaml/errors.ts';
import { loadExperiment, validateConfig } from '../src/loadExperiment.ts';
import { temporaryFile, valid } from '../testing/experimentFile.ts';

async function problemsOf(content: string | Uint8Array): Promise<string[]> {
  const file = await temporaryFile(content);
  const validation = await validateConfig(file);
  if (validation.ok) throw new Error('the file was accepted');
  return validation.error.problems.map(
    ({ line, key, expected, found, remedy }) => `${line ?? '-'} ${key}: ${expected}; ${found}; ${remedy}`,
  );
}

interface Case {
  what: string;
  /** Replaced in the valid experiment. */
  from: string | RegExp;
  to: string;
  line: number;
  key: string;
  expected: string | RegExp;
  found: string | RegExp;
  remedy: string | RegExp;
}

const kindsOfWeights =
  'published, embedded, random, `{random: SEED}`, `{file: PATH}` or `{hub: OWNER/NAME}`, with a `revision` if need be';

const cases: Case[] = [
  {
    what: 'a comparison with an arm that there is not',
    from: 'profiles:\n',
    to: 'compare: [{ arm: two, against: won }]\nprofiles:\n',
    line: 12,
    key: 'compare.0.against',
    expected: 'one of the arms one, two',
    found: 'won in profile paper',
    remedy: /Name one of its arms/,
  },
  {
    what: 'a comparison of an arm with itself',
    from: 'profiles:\n',
    to: 'compare: [{ arm: two, against: two }]\nprofiles:\n',
    line: 12,
    key: 'compare.0.against',
    expected: 'another arm than `arm`',
    found: '"two"',
    remedy: 'Name two different arms.',
  },
  {
    what: 'the same comparison twice, in either order',
    from: 'profiles:\n',
    to: 'compare: [{ arm: two, against: one }, { arm: one, against: two }]\nprofiles:\n',
    line: 12,
    key: 'compare.1.arm',
    expected: 'a pair that is not in the list yet (entry 0)',
    found: '"one"',
    remedy: 'List every pair once.',
  },
  {
    what: 'an unknown key, with the closest known one',
    from: 'baseLr: 0.003',
    to: 'baseLR: 0.003',
    line: 7,
    key: 'settings.baseLR',
    expected: 'a known key',
    found: '`baseLR`',
    remedy: 'Did you mean `baseLr`?',
  },
  {
    what: 'an unknown key unlike any known one, with the known ones',
    from: 'baseLr: 0.003',
    to: 'dropout: 0.5',
    line: 7,
    key: 'settings.dropout',
    expected: 'a known key',
    found: '`dropout`',
    remedy: /known here: model, weights, baseLr/,
  },
  {
    what: 'a key that would reach the prototype',
    from: 'baseLr: 0.003',
    to: '__proto__: { baseLr: 1 }',
    line: 7,
    key: 'settings.__proto__',
    expected: 'a known key',
    found: '`__proto__`',
    remedy: /Remove it/,
  },
  {
    what: 'an unknown key of an arm',
    from: '    baseLr: 0.001',
    to: '    basLr: 0.001',
    line: 11,
    key: 'arms.1.basLr',
    expected: 'a known key',
    found: '`basLr`',
    remedy: 'Did you mean `baseLr`?',
  },
  {
    what: 'a verdict without a target',
    from: 'baseLr: 0.003',
    to: 'baseLr: 0.003\nverdict: { margins: [{ shots: 1, points: 3 }] }',
    line: 8,
    key: 'verdict',
    expected: 'a target to judge by',
    found: 'none',
    remedy: /Write `target: figure6`/,
  },
  {
    what: 'a margin within the reading error of the target',
    from: 'baseLr: 0.003',
    to: 'baseLr: 0.003\ntarget: figure6\nverdict: { margins: [{ shots: 1, points: 0.3 }] }',
    line: 9,
    key: 'verdict.margins.0.points',
    expected: 'more than 0.3, the reading error of the published median',
    found: '0.3',
    remedy: /widen the margin/,
  },
  {
    what: 'a margin for a number of shots without published numbers',
    from: 'baseLr: 0.003',
    to: 'baseLr: 0.003\ntarget: figure6\nverdict: { margins: [{ shots: 3, points: 3 }] }',
    line: 9,
    key: 'verdict.margins.0.shots',
    expected: 'a number of shots that the target has: 1, 5',
    found: '3',
    remedy: /Nothing is published there/,
  },
  {
    what: 'two margins for one number of shots',
    from: 'baseLr: 0.003',
    to: 'baseLr: 0.003\ntarget: figure6\nverdict: { margins: [{ shots: 1, points: 3 }, { shots: 1, points: 4 }] }',
    line: 9,
    key: 'verdict.margins.1.shots',
    expected: 'one margin for each number of shots',
    found: '1',
    remedy: 'Drop all but one of them.',
  },
  {
    what: 'a wrong type',
    from: 'baseLr: 0.003',
    to: 'baseLr: "0.003"',
    line: 7,
    key: 'settings.baseLr',
    expected: 'a number',
    found: '"0.003"',
    remedy: 'Write for example `baseLr: 0.003`.',
  },
  {
    what: 'a negative rate',
    from: 'baseLr: 0.003',
    to: 'baseLr: -0.003',
    line: 7,
    key: 'settings.baseLr',
    expected: 'a number above 0',
    found: '-0.003',
    remedy: 'Write for example `baseLr: 0.003`.',
  },
  {
    what: 'a rate that is not a number',
    from: 'baseLr: 0.003',
    to: 'baseLr: .nan',
    line: 7,
    key: 'settings.baseLr',
    expected: 'a number',
    found: 'NaN',
    remedy: 'Write for example `baseLr: 0.003`.',
  },
  {
    what: 'a fraction where a whole number belongs',
    from: 'baseLr: 0.003',
    to: 'batch: 12.5',
    line: 7,
    key: 'settings.batch',
    expected: 'a whole number',
    found: '12.5',
    remedy: 'Write for example `batch: 512`.',
  },
  {
    what: '0 shots',
    from: 'shots: [1, 5]',
    to: 'shots: [1, 0]',
    line: 4,
    key: 'shots.1',
    expected: 'a number of at least 1',
    found: '0',
    remedy: 'Write for example `shots: [1,5]`.',
  },
  {
    what: 'more shots than the smallest class has',
    from: 'shots: [1, 5]',
    to: 'shots: [5001]',
    line: 4,
    key: 'shots.0',
    expected: 'at most 5000, the training images of the smallest class of CIFAR-10',
    found: '5001',
    remedy: 'Use fewer shots, or `all` for the whole training set.',
  },
  {
    what: 'a range with more shots than the smallest class has',
    from: 'shots: [1, 5]',
    to: 'shots: { from: 1, to: 5001 }',
    line: 4,
    key: 'shots.to',
    expected: 'at most 5000, the training images of the smallest class of CIFAR-10',
    found: '5001',
    remedy: 'Use fewer shots, or `all` for the whole training set.',
  },
  {
    what: 'a descending range of shots',
    from: 'shots: [1, 5]',
    to: 'shots: { from: 5, to: 1 }',
    line: 4,
    key: 'shots.from',
    expected: '`from` to be at most `to`',
    found: '5',
    remedy: /shots/,
  },
  {
    what: 'a misspelt word for all shots',
    from: 'shots: [1, 5]',
    to: 'shots: alle',
    line: 4,
    key: 'shots',
    expected: 'a list of numbers, `all` or `{from, to}`',
    found: '"alle"',
    remedy: 'Did you mean `all`?',
  },
  {
    what: 'all shots twice',
    from: 'shots: [1, 5]',
    to: 'shots: [all, all]',
    line: 4,
    key: 'shots.1',
    expected: 'a value that is not in the list yet (entry 0 is the same)',
    found: '"all"',
    remedy: 'List every value once.',
  },
  {
    what: 'duplicate seeds',
    from: 'seeds: [0, 1, 2]',
    to: 'seeds: [0, 1, 0]',
    line: 5,
    key: 'seeds.2',
    expected: 'a value that is not in the list yet (entry 0 is the same)',
    found: '0',
    remedy: 'List every value once.',
  },
  {
    what: 'a negative seed',
    from: 'seeds: [0, 1, 2]',
    to: 'seeds: [-1]',
    line: 5,
    key: 'seeds.0',
    expected: 'a number of at least 0',
    found: '-1',
    remedy: /seeds/,
  },
  {
    what: 'a seed with more than 31 bits',
    from: 'seeds: [0, 1, 2]',
    to: 'seeds: [2147483648]',
    line: 5,
    key: 'seeds.0',
    expected: 'a number of at most 2147483647',
    found: '2147483648',
    remedy: /seeds/,
  },
  {
    what: 'an implausible number of runs',
    from: 'shots: [1, 5]\nseeds: [0, 1, 2]',
    to: 'shots: { from: 1, to: 10 }\nseeds: { count: 10000 }',
    line: 5,
    key: 'seeds',
    expected: 'at most 100000 runs in a profile',
    found: /2 arms x 10 shots x 10000 seeds = 200000 in profile paper/,
    remedy: /fewer seeds/,
  },
  {
    what: 'an unknown model, with the closest known one',
    from: 'model: BiT-M-R50x3',
    to: 'model: BiT-M-R50x33',
    line: 15,
    key: 'profiles.paper.model',
    expected: /one of BiT-S-R50x1, .*mini/,
    found: '"BiT-M-R50x33"',
    remedy: 'Did you mean `BiT-M-R50x3`?',
  },
  {
    what: 'an unknown schedule',
    from: 'baseLr: 0.003',
    to: 'schedule: bit-hyperule',
    line: 7,
    key: 'settings.schedule',
    expected: 'bit-hyperrule, reproduction-2021 or `{supports: [...]}`',
    found: '"bit-hyperule"',
    remedy: 'Did you mean `bit-hyperrule`?',
  },
  {
    what: 'schedule supports that do not ascend',
    from: 'baseLr: 0.003',
    to: 'schedule: { supports: [5, 10, 10] }',
    line: 7,
    key: 'settings.schedule.supports',
    expected: 'steps in strictly ascending order',
    found: '[5,10,10]',
    remedy: /warm-up/,
  },
  {
    what: 'an unknown kind of weights',
    from: 'weights: random',
    to: 'weights: { seed: 3 }',
    line: 18,
    key: 'profiles.embedded.weights',
    expected: kindsOfWeights,
    found: '{"seed":3}',
    remedy: /weights/,
  },
  {
    what: 'a repository of the hub without its owner',
    from: 'weights: random',
    to: 'weights: { hub: resnetv2_50x1_bit.goog_in21k }',
    line: 18,
    key: 'profiles.embedded.weights.hub',
    expected: 'OWNER/NAME of a repository on the Hugging Face hub',
    found: '"resnetv2_50x1_bit.goog_in21k"',
    remedy: /weights/,
  },
  {
    what: 'published weights for a network without any',
    from: 'weights: random',
    to: 'weights: published',
    line: 17,
    key: 'profiles.embedded.model',
    expected: 'weights for this model',
    found: 'model "mini" and weights "published" in profile embedded',
    remedy: /weights: random/,
  },
  {
    what: 'random weights under the name of a published network',
    from: '    model: BiT-M-R50x3\n',
    to: '    model: BiT-M-R50x3\n    weights: random\n',
    line: 15,
    key: 'profiles.paper.model',
    expected: 'the weights that BiT-M-R50x3 is the name of',
    found: 'model "BiT-M-R50x3" and weights "random" in profile paper',
    remedy: /must not pass for BiT-M-R50x3: write `model: R50x3`/,
  },
  {
    what: 'random weights under the name of the embedded network',
    from: '    model: mini\n',
    to: '    model: BiT-mini\n',
    line: 17,
    key: 'profiles.embedded.model',
    expected: 'the weights that BiT-mini is the name of',
    found: 'model "BiT-mini" and weights "random" in profile embedded',
    remedy: /must not pass for BiT-mini: write `model: mini`, or `weights: embedded`/,
  },
  {
    what: 'the embedded weights under the name of a published network',
    from: '    model: BiT-M-R50x3\n',
    to: '    model: BiT-M-R50x3\n    weights: embedded\n',
    line: 15,
    key: 'profiles.paper.model',
    expected: 'the weights that BiT-M-R50x3 is the name of',
    found: 'model "BiT-M-R50x3" and weights "embedded" in profile paper',
    remedy: /must not pass for BiT-M-R50x3/,
  },
  {
    what: 'a profile without a model',
    from: '    model: mini\n',
    to: '',
    line: 16,
    key: 'profiles.embedded',
    expected: 'a model for every arm of profile embedded',
    found: 'none',
    remedy: /model: mini/,
  },
  {
    what: 'a crop larger than the resized image, where the resize was written',
    from: '    crop: 32\n',
    to: '',
    line: 19,
    key: 'profiles.embedded.resize',
    expected: '`crop` to be at most `resize`',
    found: 'crop 128 (the default) and resize 40 in profile embedded',
    remedy: /Lower `crop`/,
  },
  {
    what: 'an image smaller than those of the data set',
    from: '    crop: 32\n',
    to: '    crop: 31\n',
    line: 20,
    key: 'profiles.embedded.crop',
    expected: 'a number of at least 32',
    found: '31',
    remedy: /crop/,
  },
  {
    what: 'micro-batches that do not divide the batch, in the arm that asks for them',
    from: '    baseLr: 0.001',
    to: '    batchSplit: 3',
    line: 11,
    key: 'arms.1.batchSplit',
    expected: '`batchSplit` to divide `batch`',
    found: 'batchSplit 3 and batch 512 (the default) in profile paper',
    remedy: /divides the batch/,
  },
  {
    what: 'an unknown precision',
    from: 'baseLr: 0.003',
    to: 'precision: float16',
    line: 7,
    key: 'settings.precision',
    expected: /float32.*tensorfloat32.*bfloat16/,
    found: '"float16"',
    remedy: 'Did you mean `bfloat16`?',
  },
  {
    what: 'two arms with the same settings, naming both',
    from: 'baseLr: 0.001',
    to: 'baseLr: 0.003',
    line: 10,
    key: 'arms.1',
    expected: 'arms that differ',
    found: 'arms one and two with the same settings for shots 1 in profile paper',
    remedy: /Change a setting of two/,
  },
  {
    what: 'two arms with the same name',
    from: 'name: two',
    to: 'name: one',
    line: 10,
    key: 'arms.1.name',
    expected: 'a name that no other arm has (arm 0 has it)',
    found: '"one"',
    remedy: /a name of its own/,
  },
  {
    what: 'no arms',
    from: /arms:[^]*profiles/,
    to: 'arms: []\nprofiles',
    line: 8,
    key: 'arms',
    expected: 'at least 1 entry',
    found: '[]',
    remedy: /arms/,
  },
  {
    what: 'no profiles',
    from: /profiles:[^]*/,
    to: 'profiles: {}',
    line: 12,
    key: 'profiles',
    expected: 'at least one profile',
    found: '{}',
    remedy: /profiles/,
  },
  {
    what: 'no model, without profiles',
    from: /profiles:[^]*/,
    to: '',
    line: 6,
    key: 'settings',
    expected: 'a model for every arm of profile default',
    found: 'none',
    remedy: /model: mini/,
  },
  {
    what: 'a number of seeds in place of a list',
    from: /seeds: .*/,
    to: 'seeds: 3',
    line: 5,
    key: 'seeds',
    expected: 'a list of numbers or `{count, from}`',
    found: '3',
    remedy: 'Write `seeds: {count: 3}` for 3 of them, or `seeds: [3]` for number 3 alone.',
  },
  {
    what: 'a number of shots in place of a list',
    from: /shots: .*/,
    to: 'shots: 1',
    line: 4,
    key: 'shots',
    expected: 'a list of numbers, `all` or `{from, to}`',
    found: '1',
    remedy: 'Write `shots: [1]`.',
  },
  {
    what: 'a value in place of a list in a grid',
    from: 'arms:',
    to: 'grid: { momentum: 0.9 }\narms:',
    line: 8,
    key: 'grid.momentum',
    expected: 'a list',
    found: '0.9',
    remedy: 'Write `momentum: [0.9]`.',
  },
  {
    what: 'a key by the name that other programs have for it',
    from: 'baseLr: 0.003',
    to: 'lr: 0.003',
    line: 7,
    key: 'settings.lr',
    expected: 'a known key',
    found: '`lr`',
    remedy: 'Did you mean `baseLr`?',
  },
  {
    what: 'a key of the settings outside of them, by another name',
    from: 'settings:',
    to: 'learning_rate: 0.003\nsettings:',
    line: 6,
    key: 'learning_rate',
    expected: 'a known key',
    found: '`learning_rate`',
    remedy: 'Did you mean `baseLr` in `settings`?',
  },
  {
    what: 'an invalid amount of memory',
    from: '12 GiB',
    to: '12 GB',
    line: 14,
    key: 'profiles.paper.minGpuMemory',
    expected: 'an amount of memory in GiB',
    found: '"12 GB"',
    remedy: /16 GiB/,
  },
  {
    what: 'a missing key, placed at the start of the mapping',
    from: 'title: A trial\n',
    to: '',
    line: 1,
    key: 'title',
    expected: 'text',
    found: 'nothing',
    remedy: /title/,
  },
  {
    what: 'a name that is a path outside the folder of reports',
    from: 'name: trial',
    to: 'name: ../../etc',
    line: 1,
    key: 'name',
    expected: /lower-case letters/,
    found: '"../../etc"',
    remedy: /fig6/,
  },
  {
    what: 'a title with control characters',
    from: 'title: A trial',
    to: 'title: "\\e[2J"',
    line: 2,
    key: 'title',
    expected: 'one line without control characters',
    found: String.raw`"\u001b[2J"`,
    remedy: /title/,
  },
  {
    what: 'unknown published numbers',
    from: 'dataset: cifar10',
    to: 'dataset: cifar10\ntarget: figure7',
    line: 4,
    key: 'target',
    expected: 'one of bit-readme, figure6',
    found: 'figure7',
    remedy: /configs\/targets/,
  },
  {
    what: 'an unknown data set',
    from: 'dataset: cifar10',
    to: 'dataset: cifar11',
    line: 3,
    key: 'dataset',
    expected: 'cifar10, cifar100, ilsvrc2012, `{folder: PATH}` or a list of these',
    found: '"cifar11"',
    remedy: 'Did you mean `cifar10`?',
  },
  {
    what: 'an unknown data set among others',
    from: 'dataset: cifar10',
    to: 'dataset: [cifar01, cifar100]',
    line: 3,
    key: 'dataset.0',
    expected: 'cifar10, cifar100, ilsvrc2012 or `{folder: PATH}`',
    found: '"cifar01"',
    remedy: 'Did you mean `cifar10`?',
  },
  {
    what: 'the same data set twice',
    from: 'dataset: cifar10',
    to: 'dataset: [cifar10, cifar100, cifar10]',
    line: 3,
    key: 'dataset.2',
    expected: 'a value that is not in the list yet (entry 0 is the same)',
    found: '"cifar10"',
    remedy: 'List every value once.',
  },
  {
    what: 'a duplicate key',
    from: 'title: A trial',
    to: 'name: again',
    line: 2,
    key: '',
    expected: 'every key once',
    found: 'this one again',
    remedy: 'Keep the one you mean.',
  },
  {
    what: 'a tag that YAML does not define',
    from: 'title: A trial',
    to: 'title: !js/function "x"',
    line: 2,
    key: '',
    expected: 'no tags',
    found: 'Unresolved tag: !js/function',
    remedy: /^Remove what starts with `!`/,
  },
  {
    what: 'YAML that ends inside quotes',
    from: 'title: A trial',
    to: 'title: "A trial',
    line: 21,
    key: '',
    expected: 'valid YAML',
    found: /Missing closing "quote/,
    remedy: /Correct the YAML/,
  },
  {
    what: 'more than one document',
    from: 'title: A trial',
    to: '---',
    line: 2,
    key: '',
    expected: 'one document',
    found: 'a second one',
    remedy: 'Move it to a file of its own.',
  },
  {
    what: 'a merge key',
    from: 'baseLr: 0.003',
    to: 'baseLr: 0.003\n  <<: { momentum: 0.5 }',
    line: 8,
    key: 'settings.<<',
    expected: 'a known key',
    found: '`<<`',
    remedy: 'YAML 1.2 has no merge keys: write the values out, or `extends` another file.',
  },
  {
    what: 'a key that is not text',
    from: 'title: A trial',
    to: '? [title]\n: A trial',
    line: 2,
    key: '',
    expected: 'a key',
    found: 'a list or a mapping',
    remedy: 'Write text before the colon.',
  },
  {
    what: 'a tab before a key',
    from: '  baseLr: 0.003',
    to: '\tbaseLr: 0.003',
    line: 7,
    key: '',
    expected: 'spaces',
    found: 'a tab',
    remedy: 'Indent with spaces; YAML allows no tabs.',
  },
  {
    what: 'another version of YAML',
    from: /^/,
    to: '%YAML 1.1\n---\n',
    line: 1,
    key: '',
    expected: 'YAML 1.2',
    found: '`%YAML 1.1`',
    remedy: /^Remove that line/,
  },
];

it.each(cases.map((one) => [one.what, one] as const))(
  'an experiment with $what is refused',
  async (_what, { from, to, line, key, expected, found, remedy }) => {
    const file = await temporaryFile(valid.replace(from, to));
    const error: unknown = await loadExperiment(file).catch((cause: unknown) => cause);
    if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError');
    expect(error.problems).toEqual([
      {
        file,
        line,
        column: expect.any(Number) as number,
        key,
        expected: saying(expected),
        found: saying(found),
        remedy: saying(remedy),
      },
    ]);
    expect(error.message).toContain(`${file}:${line}:`);
    expect(error.remedy).toBe(`Nothing was run. Correct ${file} and try again.`);
  },
);

const saying = (words: string | RegExp): string =>
  typeof words === 'string' ? words : (expect.stringMatching(words) as string);

it('all problems of a file are listed at once, in its order', async () => {
  const bad = valid
    .replace('title:', 'titel:')
    .replace('[1, 5]', '[0, 600000]')
    .replace('0.003', '-1')
    .replace('BiT-M-R50x3', 'BiT-M');
  expect((await problemsOf(bad)).map((line) => line.replace(/: .*/, ''))).toEqual([
    '1 title',
    '2 titel',
    '4 shots.0',
    '4 shots.1',
    '7 settings.baseLr',
    '15 profiles.paper.model',
  ]);
});

it('a problem in several profiles is listed once per profile', async () => {
  const bad = valid.replace('  baseLr: 0.003', '  batchSplit: 5');
  expect(await problemsOf(bad)).toHaveLength(1);
});

it.each([
  ['an empty file', ''],
  ['a file of comments', '# nothing yet\n'],
])('%s is refused', async (_what, content) => {
  expect(await problemsOf(content)).toEqual([
    '1 : a mapping; nothing; The file is empty. Start from a copy of one of configs/*.yaml.',
  ]);
});

it.each([
  [
    'aliases that expand without end',
    ['a: &a [x,x,x,x,x,x,x,x,x]', ...['b', 'c', 'd'].map(bombLine)].join('\n'),
    /Excessive alias count/,
  ],
  [
    'an alias of something that contains it',
    'name: trial\nsettings: &all\n  schedule: { supports: *all }\n',
    /^3 settings\.schedule\.supports: values that are not inside themselves.*an alias of something that contains it; Write/,
  ],
  [
    'nesting deeper than any config has',
    `name: trial\nsettings: ${'['.repeat(60)}${']'.repeat(60)}`,
    /^2 settings\.0\.0\.0\..*at most 50 levels deep; more levels/,
  ],
  ['nesting without end', `name: ${'['.repeat(20_000)}`, /call stack/],
  ['a file too large to be a config', '#'.repeat(300_000), /300000 bytes/],
  ['text that is not UTF-8', Uint8Array.of(0x6e, 0x3a, 0x20, 0xff), /other bytes/],
  ['text in UTF-16', Uint8Array.of(0xff, 0xfe, 0x6e, 0x00), /text in UTF-8; UTF-16; Save the file as UTF-8/],
  ['a list', '- name: trial\n', /^1 : a mapping; \[/],
])('%s is refused', async (_what, content, problem) => {
  const problems = await problemsOf(content);
  expect(problems[0]).toMatch(problem);
  expect(problems.length).toBeLessThanOrEqual(10);
});

function bombLine(name: string): string {
  const before = String.fromCharCode(name.charCodeAt(0) - 1);
  return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join()}]`;
}

it.each([
  ['an experiment', 'name: trial', (name: string) => `name: ${name}`, '1 name'],
  ['an arm', 'name: one', (name: string) => `name: ${name}`, '9 arms.0.name'],
  ['a profile', 'embedded:', (name: string) => `${name}:`, '16 profiles.'],
  ['a target', 'seeds:', (name: string) => `target: ${name}\nseeds:`, '5 target'],
  ['a model', 'model: mini', (name: string) => `model: ${name}`, '17 profiles.embedded.model'],
])('a name for %s that cannot be a file name is refused', async (_what, from, to, place) => {
  const [problem] = await problemsOf(valid.replace(from, to('a'.repeat(300))));
  expect(problem).toContain(place);
});

it('a name of more than 64 characters is refused', async () => {
  const longest = 'a'.repeat(64);
  expect((await problemsOf(valid.replace('name: trial', `name: ${longest}a`)))[0]).toMatch(
    /^1 name: at most 64/,
  );
});

it('a missing file is reported', async () => {
  const validation = await validateConfig('no/such.yaml');
  expect(validation.ok ? '' : validation.error.message).toMatch(/no\/such\.yaml:1:1: .*ENOENT/);
});

it('a folder in place of a file is reported', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-config-'));
  onTestFinished(() => rmdir(folder));
  await expect(loadExperiment(folder)).rejects.toThrow(/expected a file, found a folder or a device/);
});

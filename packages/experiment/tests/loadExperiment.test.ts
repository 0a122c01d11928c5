import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { loadExperiment } from '../src/loadExperiment.ts';
import { weightsChoice } from '../src/fineTuneSpec.ts';
import type { Experiment } from '../src/experiment.ts';
import { temporaryFile, valid } from '../testing/experimentFile.ts';

const load = async (content: string): Promise<Experiment> => loadExperiment(await temporaryFile(content));

it('an experiment is read with its profiles in the order of the file', async () => {
  const { file: _file, origin: _origin, profiles, ...rest } = await load(valid);
  expect(rest).toEqual({
    name: 'trial',
    title: 'A trial',
    datasets: ['cifar10'],
    launchers: {},
    warnings: [],
  });
  expect(profiles.map(({ name }) => name)).toEqual(['paper', 'embedded']);
  expect(profiles[0]).toMatchObject({ minGpuMemoryBytes: 12 * 1024 ** 3, shots: [1, 5], seeds: [0, 1, 2] });
  expect(profiles[1]).not.toHaveProperty('minGpuMemoryBytes');
});

it('BiT-HyperRule gives the values that a config omits', async () => {
  const experiment = await load(valid.replace('  baseLr: 0.003\n', '  momentum: 0.9\n'));
  expect(experiment.profiles[0]!.arms[0]!.recipe).toEqual({
    model: 'BiT-M-R50x3',
    weights: 'published',
    baseLr: 0.003,
    momentum: 0.9,
    batch: 512,
    batchSplit: 'auto',
    precision: 'float32',
    schedule: 'bit-hyperrule',
    evaluateEvery: 0,
    evaluationBatch: 100,
  });
});

it('an arm overrides its profile, which overrides the settings', async () => {
  const experiment = await load(`
name: layers
title: Layers
dataset: cifar10
shots: [1]
seeds: [0]
settings: { model: mini, weights: random, batch: 1, momentum: 0.1, baseLr: 0.1 }
arms: [{ name: one, batch: 3 }]
profiles: { embedded: { batch: 2, momentum: 0.2 } }
`);
  expect(experiment.profiles[0]!.arms[0]!.recipe).toMatchObject({ batch: 3, momentum: 0.2, baseLr: 0.1 });
});

it('a profile can replace shots, seeds and arms', async () => {
  const experiment = await load(`${valid}    shots: { from: 2, to: 4 }
    seeds: { count: 3, from: 7 }
    arms: [{ name: other, title: The other }]
`);
  expect(experiment.profiles[1]).toMatchObject({
    shots: [2, 3, 4],
    seeds: [7, 8, 9],
    arms: [{ name: 'other', title: 'The other' }],
  });
  expect(experiment.profiles[0]).toMatchObject({ shots: [1, 5], arms: [{ name: 'one' }, { name: 'two' }] });
});

it('without profiles there is one, of the settings alone, for any machine', async () => {
  const alone = valid
    .replace(/profiles:[^]*/, '')
    .replace('baseLr: 0.003', 'baseLr: 0.003\n  model: mini\n  weights: random');
  const { profiles } = await loadExperiment(await temporaryFile(alone));
  expect(profiles).toMatchObject([{ name: 'default', arms: [{ recipe: { model: 'mini' } }, {}] }]);
  expect(profiles[0]).not.toHaveProperty('minGpuMemoryBytes');
});

it('seeds count from 0 by default', async () => {
  const experiment = await load(valid.replace('[0, 1, 2]', '{ count: 2 }'));
  expect(experiment.profiles[0]!.seeds).toEqual([0, 1]);
});

it('ordinary aliases are accepted', async () => {
  const experiment = await load(
    valid
      .replace('shots: [1, 5]', 'shots: &few [1, 5]')
      .replace('    crop: 32', '    crop: 32\n    shots: *few'),
  );
  expect(experiment.profiles[1]!.shots).toEqual([1, 5]);
});

it('a problem behind an alias is placed at the value', async () => {
  const file = await temporaryFile(
    valid.replace('[1, 5]', '&few [0]').replace('crop: 32', 'crop: 32\n    shots: *few'),
  );
  await expect(loadExperiment(file)).rejects.toThrow(`${file}:4:14: profiles.embedded.shots.0: `);
});

it.each([
  ['published', { kind: 'published', name: 'R50x1' }],
  ['embedded', { kind: 'embedded', name: 'BiT-mini (stand-in)' }],
  ['random', { kind: 'random', name: 'random weights (seed 0), not BiT-M', seed: 0 }],
  [{ random: 7 }, { kind: 'random', name: 'random weights (seed 7), not BiT-M', seed: 7 }],
  [
    { hub: 'timm/resnetv2_50x1_bit.goog_in21k' },
    {
      kind: 'hub',
      name: 'timm/resnetv2_50x1_bit.goog_in21k of Hugging Face, not the published file',
      repository: 'timm/resnetv2_50x1_bit.goog_in21k',
    },
  ],
  [
    { hub: 'me/mine', revision: 'v2' },
    {
      kind: 'hub',
      name: 'me/mine@v2 of Hugging Face, not the published file',
      repository: 'me/mine',
      revision: 'v2',
    },
  ],
] as const)('the weights %j get a truthful name', async (weights, choice) => {
  const { recipe } = (await load(valid)).profiles[0]!.arms[0]!;
  expect(weightsChoice({ ...recipe, model: 'R50x1', weights }, 'x.yaml')).toEqual(choice);
});

it("a weights file is relative to the config's folder", async () => {
  const experiment = await load(valid.replace('weights: random', 'weights: { file: mine/w.npz }'));
  expect(weightsChoice(experiment.profiles[1]!.arms[0]!.recipe, experiment.file)).toEqual({
    kind: 'file',
    name: 'mine/w.npz, not published weights',
    path: join(dirname(experiment.file), 'mine/w.npz'),
  });
});

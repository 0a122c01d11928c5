import fc from 'fast-check';
import { stringify } from 'yaml';
import { expect, it } from 'vitest';
import { loadExperiment } from '../src/loadExperiment.ts';
import type { Experiment } from '../src/experiment.ts';
import { resolveRuns } from '../src/resolveRuns.ts';
import type { PlannedRun } from '../src/plannedRun.ts';
import { temporaryFile, valid } from '../testing/experimentFile.ts';

const load = async (content: string): Promise<Experiment> => loadExperiment(await temporaryFile(content));

it('a planned run has everything that it trains with', async () => {
  const runs = resolveRuns(await load(valid), 'embedded');
  expect(runs[0]).toEqual({
    experiment: 'trial',
    profile: 'embedded',
    arm: { name: 'one', title: 'one (random weights (seed 0), not BiT-M)' },
    shots: 1,
    seed: 0,
    model: 'mini',
    weights: { kind: 'random', name: 'random weights (seed 0), not BiT-M', seed: 0 },
    dataset: 'cifar10',
    fineTune: {
      architecture: 'mini',
      classes: 10,
      shots: 1,
      seed: 0,
      baseLr: 0.003,
      momentum: 0.9,
      batch: 512,
      batchSplit: 'auto',
      precision: 'float32',
      schedule: [100, 200, 300, 400, 500],
      resize: 40,
      crop: 32,
      evaluateEvery: 0,
      evaluationBatch: 100,
      mixup: 0,
    },
  });
});

it.each([
  ['by rule for fewer than 20,000 images', 1999, '', 0],
  ['by rule from 20,000 images on', 2000, '', 0.1],
  ['as written, where the rule has it', 2000, 'mixup: 0', 0],
  ['as written, where the rule has none', 1, 'mixup: 0.2', 0.2],
])('MixUp is %s', async (_, shots, written, expected) => {
  const config = valid.replace('[1, 5]', `[${shots}]`).replace('settings:', `settings:\n  ${written}`);
  expect(resolveRuns(await load(config), 'paper')[0]!.fineTune.mixup).toBe(expected);
});

it.each([
  ['all', ['all']],
  ['[1, all]', [1, 'all']],
])('shots: %s plans %j', async (written, expected) => {
  const { profiles } = await load(valid.replace('[1, 5]', written));
  expect(profiles[0]!.shots).toEqual(expected);
});

it('runs on all training images have the schedule and the MixUp of 50,000', async () => {
  const [run] = resolveRuns(await load(valid.replace('[1, 5]', 'all')), 'paper');
  expect(run).toMatchObject({
    shots: 'all',
    fineTune: { shots: 'all', schedule: [500, 3000, 6000, 9000, 10_000], mixup: 0.1 },
  });
});

it('runs are planned by arm, then by shots, then by seed', async () => {
  const runs = resolveRuns(await load(valid), 'paper');
  expect(runs.map(({ arm, shots, seed }) => `${arm.name} ${shots} ${seed}`)).toEqual(
    ['one', 'two'].flatMap((arm) =>
      [1, 5].flatMap((shots) => [0, 1, 2].map((seed) => `${arm} ${shots} ${seed}`)),
    ),
  );
});

it('a planned run is deeply frozen', async () => {
  const [run] = resolveRuns(await load(valid), 'embedded');
  const frozen = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(frozen));
  expect(frozen(run)).toBe(true);
  expect(JSON.parse(JSON.stringify(run))).toEqual(run);
});

it('an unknown profile is refused, with the existing ones', async () => {
  const experiment = await load(valid);
  expect(() => resolveRuns(experiment, 'laptop')).toThrow(/\(paper, embedded\), but it is laptop/);
});

const numbers = (from: number, to: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: 5 });
const experiments = fc.record({
  shots: numbers(1, 1999),
  seeds: numbers(0, 2 ** 31 - 1),
  baseLrs: fc.uniqueArray(fc.double({ min: 1e-6, max: 10, noNaN: true }), { minLength: 1, maxLength: 4 }),
});

it('any experiment expands to arms x shots x seeds, all different', async () => {
  await fc.assert(
    fc.asyncProperty(experiments, async ({ shots, seeds, baseLrs }) => {
      const content = stringify({
        name: 'any',
        title: 'Any',
        dataset: 'cifar10',
        shots,
        seeds,
        arms: baseLrs.map((baseLr, index) => ({ name: `arm-${index}`, baseLr })),
        profiles: { embedded: { model: 'mini', weights: 'random' } },
      });
      const runs = resolveRuns(await load(content), 'embedded');
      const identity = ({ arm, shots: count, seed }: PlannedRun): string => `${arm.name} ${count} ${seed}`;
      expect(runs).toHaveLength(baseLrs.length * shots.length * seeds.length);
      expect(new Set(runs.map(identity)).size).toBe(runs.length);
      expect(new Set(runs.map(({ fineTune }) => JSON.stringify(fineTune))).size).toBe(runs.length);
    }),
    { numRuns: 50 },
  );
});

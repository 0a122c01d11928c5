import { expect, it } from 'vitest';
import { loadExperiment } from '../src/loadExperiment.ts';
import type { PlannedRun } from '../src/plannedRun.ts';
import { resolveRuns } from '../src/resolveRuns.ts';
import { groupOf, withSeeds } from '../src/withSeeds.ts';
import { temporaryFile, valid } from '../testing/experimentFile.ts';

async function plan(): Promise<PlannedRun[]> {
  const file = await temporaryFile(valid.replace(/seeds: .*/, 'seeds: [7, 3, 4]'));
  return resolveRuns(await loadExperiment(file), 'paper');
}

const seedsOf = (runs: readonly PlannedRun[]): Record<string, number[]> => {
  const seedsIn = (group: string): number[] =>
    runs.flatMap((run) => (groupOf(run) === group ? [run.seed] : []));
  return Object.fromEntries([...new Set(runs.map(groupOf))].map((group) => [group, seedsIn(group)]));
};

it.each([
  ['the first of its seeds where it has more', 2, [7, 3]],
  ['its own seeds where these are enough', 3, [7, 3, 4]],
  ['those that follow its greatest where it has fewer', 5, [7, 3, 4, 8, 9]],
])('a group with another number of seeds has %s', async (_, count, expected) => {
  const planned = await plan();
  for (const seeds of Object.values(seedsOf(withSeeds(planned, () => count))))
    expect(seeds).toEqual(expected);
});

it('a group without another number of seeds stays as it is', async () => {
  const planned = await plan();
  expect(withSeeds(planned, () => undefined)).toEqual(planned);
});

it('only the groups that are asked for have more seeds', async () => {
  const planned = await plan();
  const seeds = seedsOf(withSeeds(planned, ({ shots }) => (shots === 1 ? 4 : undefined)));
  expect(new Set(Object.values(seeds).map(({ length }) => length))).toEqual(new Set([4, 3]));
});

it('a further run differs from the others of its group in its seed alone', async () => {
  const planned = await plan();
  const further = withSeeds(planned, () => 4)[3]!;
  const { seed, fineTune, ...rest } = planned[0]!;
  expect(further).toEqual({ ...rest, seed: 8, fineTune: { ...fineTune, seed: 8 } });
  expect(seed).toBe(7);
});

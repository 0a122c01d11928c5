import { setTimeout } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { expect, it } from 'vitest';
import { Experiment } from './experiment.ts';

const kills = 52;
/** Number of concurrent experiments. Waiting for a dead harness's lock takes no processor time. */
const lanes = 4;
const runsEach = 2;
const seed = 20_191;

it(`${kills} kills of workers, harnesses and both at random moments change no result`, async () => {
  let left = kills;
  let nextSeed = 0;
  const finished: Experiment[] = [];
  const killed = { worker: 0, harness: 0, both: 0 };
  const lane = async (number: number): Promise<void> => {
    const random = xoroshiro128plus(seed + number);
    while (left > 0) {
      const experiment = new Experiment(Array.from({ length: runsEach }, () => nextSeed++));
      const said = await disturb(experiment, random);
      for (const run of experiment.results().keys()) {
        expect(said.split(`done     ${run} `).length - 1, `how often ${run} was done`).toBeLessThanOrEqual(1);
      }
      finished.push(experiment);
    }
  };
  /** Repeats the same command until all runs are done. */
  const disturb = async (experiment: Experiment, random: RandomGenerator): Promise<string> => {
    let said = '';
    for (;;) {
      const harness = experiment.begin();
      const state = { isOver: false };
      const ended = harness.finally(() => {
        state.isOver = true;
      });
      while (left > 0) {
        await Promise.race([ended, setTimeout(uniformInt(random, 100, 6000))]);
        if (state.isOver) break;
        const whom = (['worker', 'harness', 'both'] as const)[uniformInt(random, 0, 2)]!;
        const worker = experiment.worker();
        if (whom !== 'harness' && worker === undefined) continue;
        left -= 1;
        killed[whom] += 1;
        if (whom !== 'worker') harness.kill('SIGKILL');
        if (whom !== 'harness') killIfThere(worker!);
        if (whom !== 'worker') break;
      }
      const { all, exitCode } = await ended;
      said += all;
      expect(said).not.toContain('bug in the program');
      if (exitCode === 0) return said;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  expect(killed.worker + killed.harness + killed.both).toBeGreaterThanOrEqual(kills);
  expect(Math.min(...Object.values(killed))).toBeGreaterThan(5);

  const reference = new Experiment(Array.from({ length: nextSeed }, (_, index) => index));
  expect(await reference.run()).toMatchObject({ code: 0 });
  const expected = reference.results();
  const found = new Map(finished.flatMap((experiment) => [...experiment.results()]));
  expect(found).toEqual(expected);
  for (const experiment of finished) {
    for (const run of experiment.results().keys()) expect(experiment.steps(run)).toEqual([1, 2, 3, 4, 5, 6]);
  }
});

function killIfThere(worker: number): void {
  try {
    process.kill(worker, 'SIGKILL');
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ESRCH');
  }
}

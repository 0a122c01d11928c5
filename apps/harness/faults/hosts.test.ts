import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { Experiment } from './experiment.ts';
import { until } from '@bit-repro/artifacts/testing';
import { elsewhere, faulty, hasHappened } from './faultyDisk.ts';
import { inLanes } from './lanes.ts';
import { sampled, sampleOf } from './sample.ts';
import { scenarios, steps, undisturbed } from './scenarios.ts';

/** Longer than the silence after which a process is taken for dead. */
const silenceMs = 20_000;
const hour = 3600;

/** The outcome of two harnesses with one run. */
interface Shared {
  experiment: Experiment;
  codes: (number | undefined)[];
  said: string;
}

const clocks = [30, -30, hour, -hour].map((clockOffset): [string, () => Promise<Shared>] => [
  `whose clocks differ by ${clockOffset} s`,
  async () => {
    const experiment = fresh();
    const sun = experiment.begin([], await elsewhere(experiment, { name: 'sun', clockOffset: 0 }));
    const moon = experiment.begin([], await elsewhere(experiment, { name: 'moon', clockOffset }));
    const shared = await endOf(experiment, [sun, moon]);
    expect(shared.said.match(/^started /gm), shared.said).toHaveLength(1);
    return shared;
  },
]);

const silences: [string, () => Promise<Shared>][] = [
  [
    'that are one, where the first stands still for 20 s',
    () =>
      whileStopped(
        (harness) => [harness],
        () => Promise.resolve({}),
      ),
  ],
  [
    'of which the first stands still for 20 s, with its worker',
    () =>
      whileStopped(
        (harness, worker) => [harness, worker],
        (experiment) => elsewhere(experiment, { name: 'moon', clockOffset: 0 }),
      ),
  ],
  [
    'of which the first waits 20 s for the disk to touch its lock',
    async () => {
      const experiment = fresh();
      const fault = { what: 'delay', milliseconds: silenceMs, role: 'run', operation: 'any' } as const;
      // The first three take over the run.
      const first = experiment.begin(
        [],
        await faulty(experiment, { ...fault, path: 'lock', first: 4, last: 4 }),
      );
      await until(() => hasHappened(experiment) || undefined);
      const second = experiment.begin([], await elsewhere(experiment, { name: 'moon', clockOffset: 0 }));
      return endOf(experiment, [first, second]);
    },
  ],
];

describe.skipIf(process.platform !== 'linux')(`two machines with one store (${sampled})`, async () => {
  const expected = Experiment.copyOf(await undisturbed(scenarios.runWithAll)).results();
  for (const [title, share] of [...sampleOf(clocks, 1), ...sampleOf(silences, 1)]) {
    inLanes(`${title}: one worker does the run, and both end well`, async () => {
      const { experiment, codes, said } = await share();
      expect(codes, said).toEqual([0, 0]);
      expect(experiment.results()).toEqual(expected);
      for (const run of expected.keys()) expect(experiment.steps(run)).toEqual(steps);
      return true;
    });
  }
});

const fresh = (): Experiment => new Experiment([0], { supports: steps });

async function endOf(
  experiment: Experiment,
  harnesses: readonly ReturnType<Experiment['begin']>[],
): Promise<Shared> {
  const ended = await Promise.all(harnesses);
  return {
    experiment,
    codes: ended.map(({ exitCode }) => exitCode),
    said: ended.map(({ all }) => all).join('\n'),
  };
}

/** Starts one harness, suspends it for a while and resumes it; another starts meanwhile. */
async function whileStopped(
  whom: (harness: number, worker: number) => number[],
  other: (experiment: Experiment) => Promise<NodeJS.ProcessEnv>,
): Promise<Shared> {
  const experiment = fresh();
  const first = experiment.begin();
  await until(() => experiment.hasBegun() || undefined);
  const stopped = whom(first.pid!, experiment.worker()!);
  for (const one of stopped) process.kill(one, 'SIGSTOP');
  const second = experiment.begin([], await other(experiment));
  await setTimeout(silenceMs);
  for (const one of stopped) process.kill(one, 'SIGCONT');
  return endOf(experiment, [first, second]);
}

import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { Experiment, read } from './experiment.ts';
import {
  at,
  changes,
  faulty,
  hasHappened,
  inWords,
  pointsIn,
  type Errno,
  type Fault,
  type Point,
} from './faultyDisk.ts';
import { inLanes } from './lanes.ts';
import { inodes, outcomeOf, type Outcome } from './outcome.ts';
import { drawOne, isWhole, killsAreWhole, sampled, sampleOf } from './sample.ts';
import { begun, scenarios, undisturbed, type Scenario } from './scenarios.ts';

/** Repetitions of an operation on a file that are tested. */
const mostOfAKind = 2;

/** Possible errors of a disk. */
const errnos: Record<string, readonly Errno[]> = {
  create: ['ENOSPC', 'EROFS', 'EACCES'],
  mkdir: ['ENOSPC', 'EROFS', 'EACCES'],
  write: ['ENOSPC', 'EIO'],
  rename: ['EIO', 'EROFS'],
  unlink: ['EROFS', 'EACCES'],
  rmdir: ['EROFS', 'EACCES'],
  open: ['EACCES', 'EIO'],
  list: ['EACCES', 'EIO'],
  stat: ['EACCES', 'EIO'],
};

/** Number of points of a scenario in the sample: operations of the harness, and of its workers. */
interface Size {
  kills: readonly [number, number];
  failures: readonly [number, number];
}

const tried: readonly (Size & { scenario: Scenario })[] = [
  { scenario: scenarios.run, kills: [0, 0], failures: [0, 0] },
  { scenario: scenarios.runWithAll, kills: [1, 1], failures: [0, 1] },
  { scenario: scenarios.resuming, kills: [0, 0], failures: [0, 0] },
  { scenario: scenarios.report, kills: [1, 0], failures: [1, 0] },
  { scenario: scenarios.exporting, kills: [1, 0], failures: [1, 0] },
  { scenario: scenarios.importing, kills: [1, 0], failures: [1, 0] },
  { scenario: scenarios.clearing, kills: [1, 0], failures: [1, 0] },
];

describe.skipIf(process.platform !== 'linux')(
  `faults at the file operations of commands (${sampled})`,
  async () => {
    const expectedOf = async (scenario: Scenario): Promise<Outcome> =>
      outcomeOf(Experiment.copyOf(await undisturbed(scenario)));

    for (const { scenario, kills, failures } of tried) {
      if (!killsAreWhole && [...kills, ...failures].every((count) => count === 0)) continue;
      const expected = await expectedOf(scenario);
      const points = pointsIn(await undisturbed(scenario), mostOfAKind).filter(({ path }) =>
        path.startsWith(scenario.within),
      );
      const changing = points.filter(({ operation }) => changes.has(operation));
      const drawn = (from: readonly Point[], counts: readonly [number, number], all: boolean): Point[] =>
        [false, true].flatMap((ofWorkers, index) => {
          const points = from.filter(({ role }) => (role === 'worker') === ofWorkers);
          return sampleOf(points, counts[index]!, all);
        });

      describe(`\`${scenario.name}\``, () => {
        for (const point of drawn(changing, kills, killsAreWhole)) {
          for (const moment of momentsOf(point)) {
            inLanes(`is killed ${moment} the ${inWords(point)}`, () =>
              kill(scenario, point, moment, expected),
            );
          }
        }
        for (const point of drawn(points, failures, isWhole)) {
          const errno = drawOne(errnos[point.operation] ?? (['EIO'] as const));
          const stays = drawOne([true, false]);
          inLanes(`meets with ${errno} ${stays ? 'from' : 'only at'} the ${inWords(point)}`, () =>
            fail(scenario, point, { errno, stays }, expected),
          );
        }
      });
    }

    describe('files that cannot be read for a while', async () => {
      const wholeRun = await expectedOf(scenarios.runWithAll);
      const ofFinished = ['result.json', 'spec.json', 'timing.json', 'provenance.json'].flatMap((file) =>
        looksAt('run', file),
      );
      for (const [point, errno] of sampleOf(ofFinished, 2)) {
        inLanes(`keep a finished run: ${errno} at every ${inWords(point)}`, () =>
          fail(scenarios.report, point, { errno, stays: true }, wholeRun),
        );
      }
      for (const [point, errno] of sampleOf(looksAt('worker', 'checkpoint.json'), 1)) {
        inLanes(`keep a checkpoint: ${errno} at every ${inWords(point)}`, () =>
          fail(scenarios.resuming, point, { errno, stays: true }, wholeRun),
        );
      }
    });
  },
);

/** Each way in which a file of a run can be unreadable. */
const looksAt = (role: string, file: string): [Point, Errno][] =>
  (
    [
      ['open', 'EACCES'],
      ['open', 'EIO'],
      ['read', 'EIO'],
    ] as const
  ).map(([operation, errno]) => [{ role, operation, path: `runs/*/${file}`, nth: 1 }, errno]);

type Moment = 'before' | 'after';

/** After an operation is the same as before the next one. */
function momentsOf({ operation }: Point): readonly Moment[] {
  if (operation !== 'rename') return ['before'];
  return killsAreWhole ? ['before', 'after'] : [drawOne(['before', 'after'])];
}

/** After a worker dies, the same call continues; after the harness dies, the next one does. */
async function kill(scenario: Scenario, point: Point, moment: Moment, expected: Outcome): Promise<boolean> {
  const experiment = await begun(scenario);
  const line = scenario.line(experiment);
  const fault: Fault = { what: `kill-${moment}`, ...at(point) };
  let ended = await experiment.call(line, await faulty(experiment, fault));
  if (!hasHappened(experiment)) return false;
  if (point.role !== 'worker') {
    expect(ended.signal, ended.all).toBe('SIGKILL');
    ended = await experiment.call(line);
    if (ended.exitCode !== 0) ended = await experiment.call(line);
  }
  expect(ended.exitCode, ended.all).toBe(0);
  await requireOutcome(experiment, scenario, expected);
  return true;
}

/**
 * A command fails with the reason and the remedy, and loses nothing. Once the disk works again, the command
 * succeeds.
 */
async function fail(
  scenario: Scenario,
  point: Point,
  { errno, stays }: { errno: Errno; stays: boolean },
  expected: Outcome,
): Promise<boolean> {
  const experiment = await begun(scenario);
  const line = scenario.line(experiment);
  const finished = inodes(experiment);
  const fault: Fault = { what: 'fail', errno, ...at(point), ...(!stays && { last: point.nth }) };
  const { exitCode, all } = await experiment.call(line, await faulty(experiment, fault));
  if (!hasHappened(experiment)) return false;
  if (exitCode === 0) expect(await outcomeOf(experiment), all).toEqual(expected);
  else expect(all).toMatch(/^error: .+\n.+$|^failed +\S+.*\n +.+\n +.+$/m);
  expect(all).not.toMatch(/bug in the program|^ +at .+:\d+/m);
  expect(inodes(experiment), all).toMatchObject(finished);

  const again = await experiment.call(line);
  expect(again.exitCode, again.all).toBe(0);
  expect(inodes(experiment), again.all).toMatchObject(finished);
  await requireOutcome(experiment, scenario, expected);
  return true;
}

async function requireOutcome(
  experiment: Experiment,
  { goesOn }: Scenario,
  expected: Outcome,
): Promise<void> {
  expect(await outcomeOf(experiment)).toEqual(expected);
  if (goesOn) expect(read(join(experiment.folders()[0]!, 'events.jsonl'))).toContain('"resumed"');
}

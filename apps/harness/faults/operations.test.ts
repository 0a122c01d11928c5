import { join } from 'node:path';
import { describe, expect } from 'vitest';
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
import { Experiment, read } from './experiment.ts';
import { inLanes } from './lanes.ts';
import { inodes, outcomeOf, type Outcome } from './outcome.ts';
import { drawOne, isWhole, sampled, sampleOf } from './sample.ts';
import { begun, scenarios, undisturbed, type Scenario } from './scenarios.ts';

/** Repetitions of an operation on a file that count. */
const mostOfAKind = 2;

/** What a disk may answer. */
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

interface Sampled {
  scenario: Scenario;
  /** How many of the harness's and of its workers' operations are in the sample. */
  kills: readonly [number, number];
  failingChanges: readonly [number, number];
  failingLooks: readonly [number, number];
}

const tried: readonly Sampled[] = [
  { scenario: scenarios.run, kills: [1, 1], failingChanges: [1, 1], failingLooks: [0, 0] },
  { scenario: scenarios.runWithAll, kills: [1, 2], failingChanges: [0, 1], failingLooks: [0, 1] },
  { scenario: scenarios.resuming, kills: [0, 1], failingChanges: [0, 0], failingLooks: [1, 1] },
  { scenario: scenarios.report, kills: [2, 0], failingChanges: [1, 0], failingLooks: [4, 0] },
  { scenario: scenarios.exporting, kills: [2, 0], failingChanges: [1, 0], failingLooks: [2, 0] },
  { scenario: scenarios.importing, kills: [2, 0], failingChanges: [2, 0], failingLooks: [2, 0] },
  { scenario: scenarios.clearing, kills: [2, 0], failingChanges: [1, 0], failingLooks: [1, 0] },
];

describe.skipIf(process.platform !== 'linux')(`at the operations of commands (${sampled})`, async () => {
  for (const { scenario, kills, failingChanges, failingLooks } of tried) {
    const folder = await undisturbed(scenario);
    const expected = await outcomeOf(Experiment.copyOf(folder));
    const points = pointsIn(folder, mostOfAKind).filter(({ path }) => path.startsWith(scenario.within));
    const isChange = ({ operation }: Point): boolean => changes.has(operation);
    const changing = points.filter(isChange);
    const looking = points.filter((point) => !isChange(point));
    const drawn = (from: readonly Point[], [ofHarness, ofWorkers]: readonly [number, number]): Point[] => [
      ...sampleOf(
        from.filter(({ role }) => role !== 'worker'),
        ofHarness,
      ),
      ...sampleOf(
        from.filter(({ role }) => role === 'worker'),
        ofWorkers,
      ),
    ];

    describe(`\`${scenario.name}\``, () => {
      for (const point of drawn(
        points.filter(({ operation }) => changes.has(operation)),
        kills,
      )) {
        for (const moment of momentsOf(point)) {
          inLanes(`is killed ${moment} the ${inWords(point)}`, () => kill(scenario, point, moment, expected));
        }
      }
      for (const point of [...drawn(changing, failingChanges), ...drawn(looking, failingLooks)]) {
        const errno = drawOne<Errno>(errnos[point.operation] ?? ['EIO']);
        const stays = drawOne([true, false]);
        inLanes(`meets with ${errno} ${stays ? 'from' : 'only at'} the ${inWords(point)}`, () =>
          fail(scenario, point, { errno, stays }, expected),
        );
      }
    });
  }
});

type Moment = 'before' | 'after';

/** What comes behind any other operation comes before the next. */
function momentsOf({ operation }: Point): readonly Moment[] {
  if (operation !== 'rename') return ['before'];
  return isWhole ? ['before', 'after'] : [drawOne(['before', 'after'])];
}

/** The same call survives the death of a worker, the next one that of the harness. */
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

/** A command fails with the reason and the remedy, and loses nothing; once the disk is well it does what it should. */
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
  else expect(all).toMatch(/^error: .+\n.+$|^failed +\S+\n +.+\n +.+$/m);
  expect(all).not.toMatch(/fault of the program|^ +at .+:\d+/m);
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

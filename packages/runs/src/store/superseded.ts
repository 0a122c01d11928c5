import { nameOfDataset } from '@bit-repro/data';
import type { RunSummary } from './summary.ts';

type DoneRun = Extract<RunSummary, { state: 'done' }>;

/**
 * The finished runs that a later one of the same experiment, arm, network, task and seed replaces, under another key, each with the latest of these.
 * What is referred to replaces others, but is never replaced.
 *
 * @param referred IDs of runs that a plan or a report refers to.
 */
export function supersededIn(
  runs: readonly RunSummary[],
  referred: ReadonlySet<string>,
): Map<string, DoneRun> {
  const latest = new Map<string, DoneRun>();
  const done = runs.filter((run) => run.state === 'done');
  for (const run of done) {
    const known = latest.get(placeOf(run));
    if (known === undefined || known.timing.finishedAt < run.timing.finishedAt) latest.set(placeOf(run), run);
  }
  return new Map(
    done.flatMap((run): [string, DoneRun][] => {
      const by = latest.get(placeOf(run))!;
      const isOlder = run.timing.finishedAt < by.timing.finishedAt && keyIn(run.id) !== keyIn(by.id);
      return isOlder && !referred.has(run.id) ? [[run.id, by]] : [];
    }),
  );
}

/** With its network, as an arm has one name in all profiles: what a laptop ran does not replace what a GPU did. */
function placeOf({ spec }: DoneRun): string {
  const { experiment, arm, model, weights, dataset, fineTune } = spec;
  const network = [model, weights.kind];
  return JSON.stringify([
    experiment,
    arm.name,
    network,
    nameOfDataset(dataset),
    fineTune.shots,
    fineTune.seed,
  ]);
}

/** Without the number of an earlier result of the same key. */
const keyIn = (id: string): string => id.replace(/\.old-\d+$/, '');

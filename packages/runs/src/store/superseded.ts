import { nameOfDataset } from '@bit-repro/data';
import type { RunSummary } from './summary.ts';

type DoneRun = Extract<RunSummary, { state: 'done' }>;

/**
 * The finished runs that a later one of the same experiment, arm, task and seed replaces, under another key, each with the latest of these.
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

const placeOf = ({ spec: { experiment, arm, dataset, fineTune } }: DoneRun): string =>
  JSON.stringify([experiment, arm.name, nameOfDataset(dataset), fineTune.shots, fineTune.seed]);

/** Without the number of an earlier result of the same key. */
const keyIn = (id: string): string => id.replace(/\.old-\d+$/, '');

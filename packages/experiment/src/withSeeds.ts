import { deepFreeze } from '@bit-repro/artifacts';
import { nameOfDataset } from '@bit-repro/data';
import type { PlannedRun } from './plannedRun.ts';

/**
 * The runs of a plan with another number of seeds in each group, which is the runs of one arm on one data set at one number of shots. A group has its
 * first seeds, and where these are not enough those that follow its greatest; without a number it stays as it is.
 */
export function withSeeds(
  planned: readonly PlannedRun[],
  countFor: (run: PlannedRun) => number | undefined,
): PlannedRun[] {
  const groups = new Map<string, PlannedRun[]>();
  for (const run of planned) {
    const key = groupOf(run);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((runs) => {
    const [first] = runs as [PlannedRun];
    const count = countFor(first) ?? runs.length;
    const next = Math.max(...runs.map(({ seed }) => seed)) + 1;
    return Array.from(
      { length: count },
      (_, index) => runs[index] ?? withSeed(first, next + index - runs.length),
    );
  });
}

/** What the runs of one arm on one data set at one number of shots have in common. */
export const groupOf = ({ arm, dataset, shots }: Pick<PlannedRun, 'arm' | 'dataset' | 'shots'>): string =>
  JSON.stringify([arm.name, nameOfDataset(dataset), shots]);

const withSeed = (run: PlannedRun, seed: number): PlannedRun =>
  deepFreeze({ ...run, seed, fineTune: { ...run.fineTune, seed } });

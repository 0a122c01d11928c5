import { pairSeeds } from './armComparisons.ts';
import type { ContrastSample, Sample } from './derivation.ts';
import type { Ledger } from './ledger.ts';
import type { ReportedGroup } from './reportedRuns.ts';
import type { TaskDesign } from './taskDesign.ts';
import type { Task } from './task.ts';

/** The arm with the highest mean at a task, and how far it can be trusted that it is the best. Accuracies in percent. */
export interface BestArm extends Task {
  arm: string;
  mean: number;
  /** The arm with the second highest mean. */
  next: string;
  /** The seeds that all arms have, and the runs of each arm in their order. */
  seeds: number[];
  among: { arm: string; runs: string[] }[];
  /** The mean, on each seed, of the arm that the other seeds pick; absent for a single seed. */
  heldOut?: number;
  /** How many seeds leave it the best where they are left out. */
  timesPicked?: number;
}

/** The best arm of each design whose arms have seeds in common. */
export const bestArms = (
  designs: readonly TaskDesign[],
  groups: readonly ReportedGroup[],
  ledger: Ledger,
): BestArm[] =>
  designs.flatMap(({ dataset, shots, cells }): BestArm[] => {
    const task = { dataset, shots };
    const terms = cells.map(({ arm }) => ({ arm, weight: 1 }));
    const [together] = pairSeeds([{ kind: 'pair', title: '', terms, ...task }], groups);
    if (together === undefined) return [];
    const among = cells.map(({ arm }, term) => ({
      arm,
      runs: together.seeds.map(({ runs }) => runs[term]!),
    }));
    const of = choiceOf({ among });
    const meanOf = ({ runs }: BestArm['among'][number]): number =>
      ledger.value({ reducer: 'mean', of: { runs } })!;
    const best = among[ledger.value({ reducer: 'best', of })!]!;
    const [next] = among.filter((one) => one !== best).sort((one, other) => meanOf(other) - meanOf(one)) as [
      BestArm['among'][number],
    ];
    const heldOut = ledger.value({ reducer: 'held-out-mean', of });
    const timesPicked = ledger.value({ reducer: 'times-picked', of });
    return [
      {
        ...task,
        arm: best.arm,
        mean: meanOf(best),
        next: next.arm,
        seeds: together.seeds.map(({ seed }) => seed),
        among,
        ...(heldOut !== null && { heldOut }),
        ...(timesPicked !== null && { timesPicked }),
      },
    ];
  });

/** What the best arm was picked from. */
export const choiceOf = ({ among }: Pick<BestArm, 'among'>): Sample => ({
  among: among.map(({ runs }) => runs),
});

/** The runs of the best arm. */
export const runsOfBest = ({ arm, among }: BestArm): Sample => ({
  runs: among.find((one) => one.arm === arm)!.runs,
});

/** The best arm less the next, seed by seed. */
export const leadOf = ({ arm, next, among }: BestArm): ContrastSample => ({
  contrast: [arm, next].map((name, index) => ({
    weight: index === 0 ? 1 : -1,
    runs: among.find((one) => one.arm === name)!.runs,
  })),
});

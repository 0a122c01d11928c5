import { holm, pairedDifferences, signFlipTest } from '@bit-repro/metrics';
import type { Paired } from './derivation.ts';
import type { ReportedGroup, ReportedRun } from './reportedRuns.ts';

/** The level below which a difference is called one. */
export const differenceAlpha = 0.05;

/** Two arms at one number of shots, seed by seed: a seed trains both on the same images. */
export interface Comparison {
  arm: string;
  /** The first arm of the config. */
  against: string;
  shots: number;
  pairs: { seed: number; runs: [arm: string, against: string]; difference: number }[];
  /** Of the sign-flip test, two-sided; absent where the pairs cannot support it. */
  p?: number;
  /** After Holm, for all comparisons of the report that were tested. */
  adjustedP?: number;
  /** Why there is no p. */
  refusal?: string;
}

/** Every later arm against the first, at each number of shots; seeds that one of the two lacks are left out. */
export function compareArms(groups: readonly ReportedGroup[]): Comparison[] {
  const comparisons = groups.flatMap((group): Comparison[] => {
    const first = groups.find(({ shots }) => shots === group.shots)!;
    if (first.arm === group.arm) return [];
    const pairs = group.runs.flatMap((run) => {
      const partner = first.runs.find((other) => other.seed === run.seed && haveSameImages(run, other));
      return partner === undefined ? [] : [{ run, partner }];
    });
    if (pairs.length === 0) return [];
    const differences = pairedDifferences(
      pairs.map(({ run }) => run.top1),
      pairs.map(({ partner }) => partner.top1),
    );
    const test = signFlipTest(differences, differenceAlpha);
    return [
      {
        arm: group.arm,
        against: first.arm,
        shots: group.shots,
        pairs: pairs.map(({ run, partner }, index) => ({
          seed: run.seed,
          runs: [run.id, partner.id],
          difference: differences[index]!,
        })),
        ...(test.kind === 'tested' ? { p: test.p } : { refusal: test.reason }),
      },
    ];
  });
  const tested = comparisons.filter(({ p }) => p !== undefined);
  const adjusted = holm(tested.map(({ p }) => p!));
  return comparisons.map((comparison) => {
    const place = tested.indexOf(comparison);
    return place === -1 ? comparison : { ...comparison, adjustedP: adjusted[place]! };
  });
}

const haveSameImages = (one: ReportedRun, other: ReportedRun): boolean =>
  JSON.stringify(one.subset) === JSON.stringify(other.subset);

/** The runs on both sides of a comparison, pair by pair. */
export const sidesOf = ({ pairs }: Comparison): Paired => ({
  of: { runs: pairs.map(({ runs: [one] }) => one) },
  against: { runs: pairs.map(({ runs: [, other] }) => other) },
});

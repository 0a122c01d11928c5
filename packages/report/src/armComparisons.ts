import { signFlipTest } from '@bit-repro/metrics';
import type { Paired } from './derivation.ts';
import type { Ledger } from './ledger.ts';
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
  /** Mean difference, in points. */
  mean: number;
  /** Of the sign-flip test, two-sided; absent where the pairs cannot support it. */
  p?: number;
  /** After Holm, for all comparisons of the report that were tested. */
  adjustedP?: number;
  /** Why there is no p. */
  refusal?: string;
}

/** Two arms at one number of shots, not compared yet. */
export type Pairing = Pick<Comparison, 'arm' | 'against' | 'shots'> & {
  pairs: { seed: number; runs: [arm: string, against: string] }[];
};

/** Every later arm beside the first, at each number of shots; seeds that one of the two lacks are left out. */
export const pairArms = (groups: readonly Pick<ReportedGroup, 'arm' | 'shots' | 'runs'>[]): Pairing[] =>
  groups.flatMap((group): Pairing[] => {
    const first = groups.find(({ shots }) => shots === group.shots)!;
    if (first.arm === group.arm) return [];
    const pairs = group.runs.flatMap((run): Pairing['pairs'] => {
      const partner = first.runs.find((other) => other.seed === run.seed && haveSameImages(run, other));
      return partner === undefined ? [] : [{ seed: run.seed, runs: [run.id, partner.id] }];
    });
    return pairs.length === 0 ? [] : [{ arm: group.arm, against: first.arm, shots: group.shots, pairs }];
  });

/** The differences of paired arms, and their test. */
export const compareArms = (pairings: readonly Pairing[], ledger: Ledger): Comparison[] =>
  pairings.map((pairing) => {
    const sides = sidesOf(pairing);
    const test = { ...sides, alpha: differenceAlpha };
    const pairs = pairing.pairs.map((pair) => ({ ...pair, difference: differenceOf(pair.runs, ledger) }));
    const p = ledger.value({ reducer: 'paired-sign-flip-p', ...test });
    return {
      ...pairing,
      pairs,
      mean: ledger.value({ reducer: 'paired-mean', ...sides })!,
      ...(p === null
        ? { refusal: whyUntested(pairs.map(({ difference }) => difference)) }
        : { p, adjustedP: ledger.value({ reducer: 'paired-sign-flip-p-after-holm', ...test })! }),
    };
  });

/** Of one pair, in points. */
const differenceOf = ([one, other]: [string, string], ledger: Ledger): number =>
  ledger.value({ reducer: 'paired-mean', of: { runs: [one] }, against: { runs: [other] } })!;

function whyUntested(differences: readonly number[]): string {
  const test = signFlipTest(differences, differenceAlpha);
  return test.kind === 'refused' ? test.reason : '';
}

const haveSameImages = (one: ReportedRun, other: ReportedRun): boolean =>
  JSON.stringify(one.subset) === JSON.stringify(other.subset);

/** The runs on both sides of a comparison, pair by pair. */
export const sidesOf = ({ pairs }: Pairing): Paired => ({
  of: { runs: pairs.map(({ runs: [one] }) => one) },
  against: { runs: pairs.map(({ runs: [, other] }) => other) },
});

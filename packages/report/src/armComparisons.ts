import type { Contrast } from './contrasts.ts';
import { outcomes } from './reducers.ts';
import { familySize, type ContrastSample } from './derivation.ts';
import type { Ledger } from './ledger.ts';
import type { ReportedGroup, ReportedRun } from './reportedRuns.ts';
import { isSameTask } from './task.ts';

/** The level below which a difference is called one. */
export const differenceAlpha = 0.05;
/** The confidence of the interval of a difference. */
export const differenceLevel = 0.95;

/** A contrast, and for each seed that it has the run of every term. */
export interface PairedContrast extends Contrast {
  seeds: { seed: number; runs: string[] }[];
}

/** Arms compared seed by seed: a seed trains all of them on the same images. In points of top-1 accuracy. */
export interface Comparison extends Contrast {
  seeds: { seed: number; runs: string[]; difference: number }[];
  mean: number;
  /** Student's, of the mean; absent for a single seed. */
  interval?: { low: number; high: number };
  /** Of the sign-flip test, two-sided; absent where so few seeds cannot come below the level. */
  p?: number;
  /** After Holm. */
  adjustedP?: number;
  /** For how many comparisons: all pairs of the report, or all effects. */
  correctedFor: number;
  outcome: (typeof outcomes)[number];
  /** Why the corrected p cannot be below the level, and how many seeds could bring it there. */
  tooFew?: string;
}

/** Takes the arms of every contrast together by seed; seeds that one of them lacks are left out, and contrasts without any. */
export const pairSeeds = (
  contrasts: readonly Contrast[],
  groups: readonly Pick<ReportedGroup, 'arm' | 'dataset' | 'shots' | 'runs'>[],
): PairedContrast[] =>
  contrasts.flatMap((contrast): PairedContrast[] => {
    const [first = [], ...rest] = contrast.terms.map(
      ({ arm }) => groups.find((group) => group.arm === arm && isSameTask(group, contrast))?.runs ?? [],
    );
    const seeds = first.flatMap((run) => {
      const others = rest.flatMap((runs) => runs.find((other) => isPartner(run, other)) ?? []);
      return others.length < rest.length
        ? []
        : [{ seed: run.seed, runs: [run, ...others].map(({ id }) => id) }];
    });
    return seeds.length === 0 ? [] : [{ ...contrast, seeds }];
  });

const isPartner = (one: ReportedRun, other: ReportedRun): boolean =>
  one.seed === other.seed && JSON.stringify(one.subset) === JSON.stringify(other.subset);

/** The numbers of contrasts, and their test. */
export const compareArms = (contrasts: readonly PairedContrast[], ledger: Ledger): Comparison[] =>
  contrasts.map((contrast) => {
    const of = sampleOf(contrast);
    const interval = { of, level: differenceLevel };
    const test = { of, alpha: differenceAlpha };
    const mean = ledger.value({ reducer: 'mean', of })!;
    const low = ledger.value({ reducer: 'mean-t-low', ...interval });
    const high = ledger.value({ reducer: 'mean-t-high', ...interval });
    const p = ledger.value({ reducer: 'sign-flip-p', ...test });
    const adjustedP = ledger.value({ reducer: 'sign-flip-p-after-holm', ...test });
    const tooFew = whyTooFew(contrast, ledger);
    return {
      ...contrast,
      seeds: contrast.seeds.map((seed) => ({
        ...seed,
        difference: ledger.value({ reducer: 'mean', of: sampleOf({ ...contrast, seeds: [seed] }) })!,
      })),
      mean,
      ...(low !== null && high !== null && { interval: { low, high } }),
      ...(p !== null && { p }),
      ...(adjustedP !== null && { adjustedP }),
      correctedFor: familySize(of, ledger.source),
      outcome: outcomes[ledger.value({ reducer: 'outcome', ...test })! + 1]!,
      ...(tooFew !== '' && { tooFew }),
    };
  });

function whyTooFew({ seeds, ...contrast }: PairedContrast, ledger: Ledger): string {
  const test = { of: sampleOf({ seeds, ...contrast }), alpha: differenceAlpha };
  const least = ledger.value({ reducer: 'least-sign-flip-p-after-holm', ...test })!;
  if (least <= differenceAlpha) return '';
  const enough = ledger.value({ reducer: 'seeds-needed', ...test })!;
  const corrected = familySize(test.of, ledger.source) > 1 ? 'the corrected p' : 'p';
  return `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} cannot bring ${corrected} below ${Number(least.toPrecision(3))}; ${enough} could reach ${differenceAlpha}`;
}

/** The runs of a contrast, term by term. */
export const sampleOf = ({ terms, seeds }: Pick<PairedContrast, 'terms' | 'seeds'>): ContrastSample => ({
  contrast: terms.map(({ weight }, term) => ({ weight, runs: seeds.map(({ runs }) => runs[term]!) })),
});

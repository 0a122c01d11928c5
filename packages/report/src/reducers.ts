import { largest } from '@bit-repro/artifacts';
import {
  bestOf,
  bootstrapInterval,
  deviationInterval,
  leastMargin,
  leastSignFlipP,
  mannWhitneyTest,
  meanInterval,
  medianInterval,
  pairsNeeded,
  pickedByTheRest,
  signFlipTest,
  summarise,
  verdicts,
  type Claim,
  type Difference,
  type Interval,
  type Judgement,
  type MedianWithin,
  type Picking,
  type Refusal,
  type Verdict,
} from '@bit-repro/metrics';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RunRecord } from '@bit-repro/runs';
import { percentOf } from './accuracy.ts';
import type { PublishedResult } from './published.ts';

/** What a comparison of arms comes to: the sign of the mean where the corrected p is at most the level. */
export const outcomes = ['lower', 'undecided', 'higher'] as const;

/** What a reducer is given; what it does not ask for is not computed. */
export interface Given {
  values: () => number[];
  others: () => number[];
  /** Of each arm that is picked from. */
  sets: () => number[][];
  /** Of the sign-flip tests of the sample’s family: what each p is after Holm. */
  adjustedPs: () => ReadonlyMap<number, number>;
  /** The same of the least p that each of them could have with its number of seeds. */
  leastAdjustedPs: () => ReadonlyMap<number, number>;
  familySize: () => number;
  records: () => RunRecord[];
  recorded: () => number[];
  /** For each run the images of a class that it took for a class. */
  images: () => number[];
  /** For each run how sure it is of an image, in percent. */
  confidences: () => number[];
  published: () => PublishedResult;
  claim: () => Claim;
  judgement: () => Judgement;
  difference: () => Difference | undefined;
  within: () => MedianWithin;
  level: number;
  alpha: number;
  /** Without one, as many as one likes. */
  runs: number;
}

/** A verdict as a number of the ledger: -1, 0 or 1. */
export const codeOf = (verdict: Verdict): number => verdicts.indexOf(verdict) - 1;
const answers = { no: -1, 'cannot tell': 0, yes: 1 };

const low = (found: Interval | Refusal): number | null => (found.kind === 'refused' ? null : found.low);
const high = (found: Interval | Refusal): number | null => (found.kind === 'refused' ? null : found.high);
const boundOf = (
  interval: Interval | Refusal | undefined,
  bound: (found: Interval | Refusal) => number | null,
): number | null => (interval === undefined ? null : bound(interval));
const bootstrap = ({ values, level }: Given, statistic: 'mean' | 'median'): Interval | Refusal => {
  const generator = xoroshiro128plus(0);
  return bootstrapInterval(values(), statistic, level, (bound) => uniformInt(generator, 0, bound - 1));
};

const picking = ({ sets }: Given, of: (found: Picking) => number): number | null => {
  const found = pickedByTheRest(sets());
  return found.kind === 'refused' ? null : of(found);
};

/** Every way in which a report makes a number; none where a sample cannot support it. Accuracies are in percent. */
export const reducers = {
  top1: ({ values }: Given) => values()[0]!,
  top5: ({ records }: Given) => percentOf(records()[0]!, 'top5') ?? null,
  recorded: ({ recorded }: Given) => recorded()[0] ?? null,
  'sum-of-recorded': ({ recorded }: Given) => recorded().reduce((total, value) => total + value, 0),
  'max-of-recorded': ({ recorded }: Given) => largest(recorded()),
  images: ({ images }: Given) => images().reduce((total, count) => total + count, 0),
  confidence: ({ confidences }: Given) => confidences()[0]!,
  headline: ({ published }: Given) => published().headline.top1,
  'stated-min': ({ published }: Given) => published().range?.min ?? null,
  'stated-max': ({ published }: Given) => published().range?.max ?? null,
  n: ({ values }: Given) => values().length,
  median: ({ values }: Given) => summarise(values()).median,
  mean: ({ values }: Given) => summarise(values()).mean,
  'standard-deviation': ({ values }: Given) => summarise(values()).standardDeviation ?? null,
  min: ({ values }: Given) => summarise(values()).min,
  max: ({ values }: Given) => summarise(values()).max,
  'mean-t-low': ({ values, level }: Given) => low(meanInterval(values(), level)),
  'mean-t-high': ({ values, level }: Given) => high(meanInterval(values(), level)),
  'median-bootstrap-low': (given: Given) => low(bootstrap(given, 'median')),
  'median-bootstrap-high': (given: Given) => high(bootstrap(given, 'median')),
  'median-order-low': ({ values, level }: Given) => low(medianInterval(values(), level)),
  'median-order-high': ({ values, level }: Given) => high(medianInterval(values(), level)),
  'sign-flip-p': ({ values, alpha }: Given) => {
    const found = signFlipTest(values(), alpha);
    return found.kind === 'refused' ? null : found.p;
  },
  'sign-flip-p-after-holm': ({ values, adjustedPs, alpha }: Given) => {
    const own = signFlipTest(values(), alpha);
    return own.kind === 'refused' ? null : (adjustedPs().get(own.p) ?? null);
  },
  /** As in `outcomes`, from -1. */
  outcome: ({ values, adjustedPs, alpha }: Given) => {
    const own = signFlipTest(values(), alpha);
    const p = own.kind === 'refused' ? 1 : (adjustedPs().get(own.p) ?? 1);
    return p > alpha ? 0 : Math.sign(summarise(values()).mean);
  },
  'least-sign-flip-p-after-holm': ({ values, leastAdjustedPs }: Given) =>
    leastAdjustedPs().get(leastSignFlipP(values().length)) ?? null,
  'seeds-needed': ({ familySize, alpha }: Given) => pairsNeeded(alpha, familySize()),
  'mann-whitney-p': ({ values, others, alpha }: Given) => {
    const found = mannWhitneyTest(values(), others(), alpha);
    return found.kind === 'refused' ? null : found.p;
  },
  /** Which arm has the highest mean, counted from 0. */
  best: ({ sets }: Given) => bestOf(sets()),
  'held-out-mean': (given: Given) => picking(given, ({ heldOut }) => heldOut),
  'times-picked': (given: Given) => picking(given, ({ agreeing }) => agreeing),
  verdict: ({ judgement }: Given) => codeOf(judgement().verdict),
  'verdict-by-ranks': ({ judgement }: Given) => {
    const { byRanks } = judgement();
    return byRanks === undefined ? null : codeOf(byRanks.verdict);
  },
  difference: ({ difference }: Given) => difference()?.value ?? null,
  'difference-low': ({ difference }: Given) => difference()?.low ?? null,
  'difference-high': ({ difference }: Given) => difference()?.high ?? null,
  /** What the interval leaves of it nearest to zero. */
  'least-difference': ({ difference }: Given) => {
    const found = difference();
    return found === undefined ? null : Math.max(0, found.low, -found.high);
  },
  'attained-margin': ({ difference }: Given) => difference()?.attainedMargin ?? null,
  'pooled-standard-deviation': ({ difference }: Given) => difference()?.standardDeviation ?? null,
  /** Of the F test of whether the runs spread as the published ones do; none where these are not known. */
  'equal-spread-p': ({ difference }: Given) => difference()?.equalSpreadP ?? null,
  'shift-low': ({ judgement }: Given) => boundOf(judgement().byRanks?.shift, low),
  'shift-high': ({ judgement }: Given) => boundOf(judgement().byRanks?.shift, high),
  margin: ({ claim }: Given) => claim().margin,
  'least-margin': ({ difference, claim, runs, alpha }: Given) => {
    const found = difference();
    if (found === undefined) return null;
    return leastMargin(claim(), { standardDeviation: found.standardDeviation, runs, alpha });
  },
  'standard-deviation-low': ({ values, level }: Given) => low(deviationInterval(values(), level)),
  'standard-deviation-high': ({ values, level }: Given) => high(deviationInterval(values(), level)),
  'median-within': ({ within }: Given) => answers[within().answer],
  'median-within-p': ({ within }: Given) => within().pWithin,
  'median-outside-p': ({ within }: Given) => within().pOutside,
} satisfies Record<string, (given: Given) => number | null>;

export type Reducer = keyof typeof reducers;

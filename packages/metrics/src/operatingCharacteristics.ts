import { mean, median } from 'simple-statistics';
import { knownRuns, type Claim } from './claim.ts';
import { differenceFrom } from './difference.ts';
import { UnusableNumbersError } from './errors.ts';
import { verdictOf } from './judge.ts';

/** A number from 0 up to, but not including, 1. */
type Uniform = () => number;

/** Draws with mean 0 and variance 1. The skewed ones are from a gamma distribution of shape 2. */
export const shapes = {
  normal: (uniform: Uniform) => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  skewed: (uniform: Uniform) => -(Math.log((1 - uniform()) * (1 - uniform())) + 2) / Math.SQRT2,
};

/** What is supposed of runs that are judged at some looks. */
export interface Scenario {
  /** How many runs are published, whether singly, and how exactly; the published values themselves do not matter. */
  claim: Claim;
  /** Standard deviations of the distribution of our runs, and of that of the published ones. */
  deviations: { ours: number; published: number };
  shape: keyof typeof shapes;
  /** The mean of our distribution less that of the published one. */
  difference: number;
  alpha: number;
  /** Numbers of our runs, ascending. */
  looks: readonly number[];
}

/** The shares of replications that were decided when so many runs were judged, or before. */
export interface Decided {
  runs: number;
  reproduced: number;
  notReproduced: number;
}

/**
 * How often the rule of `judge` comes to each verdict, found by carrying it out. In every replication the published runs
 * are drawn anew, and read with one error for all, and ours are added up to the look at which they are decided.
 *
 * @throws UnusableNumbersError if there are no replications, or the claim or `alpha` is unusable.
 */
export function operatingCharacteristics(
  scenario: Scenario,
  replications: number,
  uniform: Uniform,
): Decided[] {
  if (!Number.isInteger(replications) || replications < 1) {
    throw new UnusableNumbersError(`Expected a number of replications, found ${replications}`);
  }
  const counts = scenario.looks.map((runs) => ({ runs, reproduced: 0, notReproduced: 0 }));
  for (let replication = 0; replication < replications; replication += 1) {
    const decided = firstDecision(scenario, uniform);
    if (decided === undefined) continue;
    for (const count of counts) if (count.runs >= decided.runs) count[decided.verdict] += 1;
  }
  return counts.map(({ runs, reproduced, notReproduced }) => ({
    runs,
    reproduced: reproduced / replications,
    notReproduced: notReproduced / replications,
  }));
}

function firstDecision(
  { claim, deviations, shape, difference, alpha, looks }: Scenario,
  uniform: Uniform,
): { runs: number; verdict: 'reproduced' | 'notReproduced' } | undefined {
  const draw = (center: number, deviation: number): number => center + deviation * shapes[shape](uniform);
  const published = publishedAnew(claim, (center) => draw(center, deviations.published), uniform);
  const ours: number[] = [];
  for (const runs of looks) {
    while (ours.length < runs) ours.push(draw(difference, deviations.ours));
    const verdict = verdictOf(differenceFrom(ours, published, alpha), claim.margin);
    if (verdict !== 'inconclusive') {
      return { runs, verdict: verdict === 'reproduced' ? verdict : 'notReproduced' };
    }
  }
  return undefined;
}

function publishedAnew(claim: Claim, draw: (center: number) => number, uniform: Uniform): Claim {
  const known = knownRuns(claim);
  const read = claim.readingError * (2 * uniform() - 1);
  const runs = Array.from({ length: known?.length ?? claim.n }, () => draw(read));
  const value = claim.statistic === 'mean' ? mean(runs) : median(runs);
  return known === undefined ? { ...claim, value } : { ...claim, value, runs };
}
